import path from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { checkImport, roomOf } from './src/rooms.mjs';

/** Holds every import to the table in src/rooms.json. */
const mayImport = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = path
      .relative(import.meta.dirname, context.filename)
      .split(path.sep)
      .join('/');
    if (roomOf(from) === undefined) return {};
    const check = (node, isType) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      const target = source.startsWith('.') ? path.posix.join(path.posix.dirname(from), source) : source;
      const fault = checkImport(from, target, isType);
      if (fault !== undefined) context.report({ node, message: fault });
    };
    return {
      ImportDeclaration: (node) =>
        check(
          node,
          node.importKind === 'type' ||
            (node.specifiers.length > 0 && node.specifiers.every((s) => s.importKind === 'type')),
        ),
      ExportNamedDeclaration: (node) => check(node, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, false),
    };
  },
};

const restricted = (selector, message) => ({ selector, message });
const anywhere = [
  restricted('TSEnumDeclaration', 'Use a union of literals.'),
  restricted(
    'AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]',
    'Text goes through textContent.',
  ),
  restricted('CallExpression[callee.property.name="insertAdjacentHTML"]', 'Text goes through textContent.'),
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'test-results/',
      'src/host/generated/',
      'src/avro/assembly/*.ts',
      '.cache/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['src/tsconfig.json', 'webview/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { rooms: { rules: { 'may-import': mayImport } } },
    rules: {
      'rooms/may-import': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['warn', 400],
      'max-lines-per-function': ['warn', { max: 60, skipComments: true, skipBlankLines: true }],
      'no-restricted-syntax': ['error', ...anywhere],
    },
  },
  {
    files: ['src/core/**', 'src/sql/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'fetch',
        'self',
        'navigator',
        'caches',
        'indexedDB',
        'postMessage',
        'importScripts',
        'location',
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['src/cli/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'AbortSignal',
          'performance',
          'TextDecoder',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
);
