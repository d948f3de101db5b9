import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import dotenv from 'dotenv'
import { type Bilingual, ConfigError, errorCode } from './errors.ts'
import { textOfBytes } from './text/encoding.ts'

/**
 * Adds what `.env` in a folder sets to an environment, except for variables that it has already. The file may be in
 * UTF-8, in UTF-16 with a byte order mark, or in GB18030, as editors on Chinese Windows save it.
 *
 * @throws ConfigError when there is such a file and it cannot be read as text, or it goes by the name `.env.txt`
 */
export async function readEnvironmentFile(environment: NodeJS.ProcessEnv, folder = '.'): Promise<void> {
  let bytes: Buffer
  try {
    bytes = await readFile(join(folder, '.env'))
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw new ConfigError(unreadable(errorCode(cause)), { cause })
    await requireNoneMisnamed(folder)
    return
  }
  for (const [name, value] of Object.entries(dotenv.parse(textOf(bytes)))) environment[name] ??= value
}

/** @throws ConfigError when the bytes are UTF-16 without a byte order mark, or no text */
function textOf(bytes: Buffer): string {
  const text = textOfBytes(bytes)
  if (!text.includes('\0')) return text
  throw new ConfigError({
    zh: '.env 不是 UTF-8 文本(可能是没有字节顺序标记的 UTF-16)。请在编辑器里另存为 UTF-8。',
    en: '.env is not text in UTF-8 (perhaps UTF-16 without a byte order mark). Save it as UTF-8 in an editor.',
  })
}

/** Windows hides extensions, so a file that Notepad saved as `.env` may have another name. @throws ConfigError for such a file */
async function requireNoneMisnamed(folder: string): Promise<void> {
  const found = (await readdir(folder).catch(() => [])).find((name) => /^\.?env\.txt$/iu.test(name))
  if (found === undefined) return
  throw new ConfigError({
    zh: `没有 .env,却有 ${found},它不会被读取。请把它改名为 .env(在 Windows 里先打开“文件扩展名”的显示);不需要它时请删除。`,
    en: `There is no .env but ${found}, which is not read. Rename it to .env (on Windows, have file name extensions shown first), or remove it if it is not needed.`,
  })
}

function unreadable(code: string | undefined): Bilingual {
  if (code === 'EISDIR') {
    return {
      zh: '.env 是文件夹,应为文件。请把它改名或删除;在容器里,挂载前要先建好这个文件。',
      en: '.env is a folder and should be a file. Rename or remove it; for a container, create the file before it is mounted.',
    }
  }
  return {
    zh: `无法读取 .env(${code})。请检查它的读取权限。`,
    en: `.env cannot be read (${code}). Check that it may be read.`,
  }
}
