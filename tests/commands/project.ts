import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './run.ts'

/** Copies the project into a new folder. Its packages are those installed here, but for those that it is to lack. */
export async function copyProject(folder: string, lacking: readonly string[]): Promise<void> {
  for (const part of ['src', 'scripts', 'models', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true })
  }
  await mkdir(join(folder, 'node_modules'))
  const packages = join(root, 'node_modules')
  for (const name of await readdir(packages)) {
    if (!lacking.includes(name)) await symlink(join(packages, name), join(folder, 'node_modules', name))
  }
}
