import { fileURLToPath } from 'node:url'

/** The arguments of Node that stand before a TypeScript program that it runs. */
export const typescript = [fileURLToPath(new URL('../../src/threads/run.js', import.meta.url))] as const
