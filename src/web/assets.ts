import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** The MIME types of all assets that pages load. No other name is served. */
const types = {
  'style.css': 'text/css; charset=utf-8',
  'telegram.js': 'text/javascript; charset=utf-8',
  'search.js': 'text/javascript; charset=utf-8',
  'report.js': 'text/javascript; charset=utf-8',
  'session.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

export type AssetName = keyof typeof types

export interface Asset {
  readonly type: string
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer>
}

export interface Assets {
  /**
   * The address of an asset below the pages' own. It changes with the content, so that browsers may keep the asset for
   * good.
   */
  readonly address: (name: AssetName) => string
  /** Finds an asset by the last part of its address. */
  readonly find: (name: string) => Asset | undefined
}

let assets: Assets | undefined

/** Reads and compresses all assets, at the first call. */
export function readAssets(): Assets {
  assets ??= compressed()
  return assets
}

function compressed(): Assets {
  const addresses = new Map<AssetName, string>()
  const served = new Map<string, Asset>()
  for (const name of Object.keys(types) as AssetName[]) {
    const plain = new Uint8Array(readFileSync(new URL(`client/${name}`, import.meta.url)))
    const hash = createHash('sha256').update(plain).digest('hex').slice(0, 10)
    const hashed = name.replace('.', `.${hash}.`)
    addresses.set(name, `assets/${hashed}`)
    served.set(hashed, {
      type: types[name],
      plain,
      gzip: new Uint8Array(gzipSync(plain, { level: 9 })),
      br: new Uint8Array(
        brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } }),
      ),
    })
  }
  return { address: (name) => addresses.get(name)!, find: (name) => served.get(name) }
}
