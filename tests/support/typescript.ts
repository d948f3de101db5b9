/** The options of Node with which a process of a test runs TypeScript. */
export const typescript = ['--import', new URL('../../src/threads/typescript.js', import.meta.url).href] as const
