import { readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bilingual, errorCode } from '../errors.ts'

/** Taking over the lock lasts moments, so a process that was killed left files with these names that are older. */
const takeoverMs = 60 * 60_000

/**
 * Removes every segment but those named, and files that crashed builds left behind.
 * @returns a notice for each file that could not be removed; it takes up space and does no other harm
 */
export async function removeOthers(indexFolder: string, names: ReadonlySet<string>): Promise<Bilingual[]> {
  const leftovers: Bilingual[] = []
  for (const name of await readdir(indexFolder)) {
    const path = join(indexFolder, name)
    if (
      (/^g-[0-9a-f]{16}$/u.test(name) && !names.has(name)) ||
      /^manifest\.json\.[0-9a-f-]+\.tmp$/u.test(name) ||
      /^\.lock\.\d+\.[0-9a-f-]{36}$/u.test(name) ||
      (/^\.lock\.(?:\d+\.[0-9a-f-]{36}\.spare|[0-9a-f]{32})$/u.test(name) && (await isOlder(path, takeoverMs)))
    ) {
      await remove(path).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') leftovers.push(leftover(path, error))
      })
    }
  }
  return leftovers
}

/** Removes a file, or a folder of files. Node's `rm` reports ENOTDIR for a file that may not be removed. */
async function remove(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return unlink(path)
  for (const name of await readdir(path)) await unlink(join(path, name))
  await rmdir(path)
}

function leftover(path: string, cause: unknown): Bilingual {
  return {
    zh: `以前留下的 ${path} 无法删除(${errorCode(cause)})。它只占空间,不影响使用;请检查权限后手动删除。`,
    en: `${path}, left over from earlier, cannot be removed (${errorCode(cause)}). It takes up space and does no other harm; check its permissions and remove it by hand.`,
  }
}

async function isOlder(path: string, ms: number): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ms,
    () => false,
  )
}
