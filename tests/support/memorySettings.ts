const names = ['GLIBC_TUNABLES', 'NODE_OPTIONS']

/** The settings of memory that `scripts/test.ts` makes, for a process that a test starts with an environment of its own. */
export const memorySettings: Readonly<Record<string, string>> = Object.fromEntries(
  names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
)
