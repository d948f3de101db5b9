import { readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bilingual, errorCode } from '../errors.ts'

/** A takeover of the lock lasts moments; names that are older than this were left by one that was killed. */
const takeoverMs = 60 * 60_000

/**
 * Removes every segment but `kept`, and what crashed builds left behind.
 * @returns what could not be removed; it is in nobody's way
 */
export async function removeOthers(indexFolder: string, kept: ReadonlySet<string>): Promise<Bilingual[]> {
  const leftovers: Bilingual[] = []
  for (const name of await readdir(indexFolder)) {
    const path = join(indexFolder, name)
    if (
      (/^g-[0-9a-f]{16}$/u.test(name) && !kept.has(name)) ||
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

/** Removes a file, or a folder of files. Of a file that may not be removed Node's `rm` says that it is no folder. */
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
