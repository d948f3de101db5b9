import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

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
  readonly text: string
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

/** Reads all assets, at the first call. */
export function readAssets(): Assets {
  assets ??= read()
  return assets
}

function read(): Assets {
  const addresses = new Map<AssetName, string>()
  const served = new Map<string, Asset>()
  for (const name of Object.keys(types) as AssetName[]) {
    const text = readFileSync(new URL(`client/${name}`, import.meta.url), 'utf8')
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 10)
    const hashed = name.replace('.', `.${hash}.`)
    addresses.set(name, `assets/${hashed}`)
    served.set(hashed, { type: types[name], text })
  }
  return { address: (name) => addresses.get(name)!, find: (name) => served.get(name) }
}
