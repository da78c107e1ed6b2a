import '../ui/theme.css';
import './rows.css';
import './record.css';
import './schema.css';
import './shortcuts.css';
import './grid.css';
import './query/query.css';
import './query/find.css';
import './query/popover.css';
import './statistics/statistics.css';
import './exporting/export.css';
import './panes.css';
import { createHostPort } from '../ui/hostPort';
import { createRowsView } from './rowsView';

const root = document.getElementById('root');
if (root !== null) createRowsView(root, createHostPort());
