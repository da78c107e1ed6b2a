import '../ui/theme.css';
import './diff.css';
import { createHostPort } from '../ui/hostPort';
import { createDiffView } from './diffView';

const root = document.getElementById('root');
if (root !== null) createDiffView(root, createHostPort());
