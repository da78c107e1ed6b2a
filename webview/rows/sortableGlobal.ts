import Sortable from 'sortablejs';

// SlickGrid's module build looks for Sortable as a global, as from a script element. Imported before the grid starts.
Object.assign(globalThis, { Sortable });
