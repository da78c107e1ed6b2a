import type { Plugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';

export const kernelForEsbuild: Plugin;
export const kernelForVite: VitePlugin;
