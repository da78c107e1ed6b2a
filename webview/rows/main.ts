import '../ui/theme.css';
import './rows.css';
import './grid.css';
import './query/query.css';
import './statistics/statistics.css';
import './exporting/export.css';
import './panes.css';
import { createHostPort } from '../ui/hostPort';
import { createRowsView } from './rowsView';

const root = document.getElementById('root');
if (root !== null) createRowsView(root, createHostPort());
