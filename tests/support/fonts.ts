import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the fixtures' font, which has some Chinese characters. */
export const fixtureFonts = fileURLToPath(new URL('../fixtures/fonts', import.meta.url))

/** Has this process, if it drew no letters yet, and those that it starts find the fonts of one folder only. */
export async function useFonts(
  t: { after(clean: () => Promise<void>): void },
  directory: string = fixtureFonts,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-fonts-'))
  const before = process.env.FONTCONFIG_FILE
  t.after(async () => {
    if (before === undefined) delete process.env.FONTCONFIG_FILE
    else process.env.FONTCONFIG_FILE = before
    await rm(folder, { recursive: true })
  })
  const file = join(folder, 'fonts.conf')
  await writeFile(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${directory}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  )
  process.env.FONTCONFIG_FILE = file
}
