import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { answererOver, type IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import { createLog } from '../../src/log.ts'
import { createPhotographer, type Photographer } from '../../src/photograph/photographer.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createRoutes, type RouteDependencies } from '../../src/web/routes.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { patientLimits } from './patientLimits.ts'
import { build, openBuilt, type Workshop, workshop } from './testIndex.ts'

export interface PageStage {
  /** The pages themselves, without a server. */
  readonly app: ReturnType<typeof createRoutes>
  readonly answerer: IndexAnswerer
  readonly photographer: Photographer
  readonly places: Workshop
  readonly logged: readonly string[]
}

const fiveReports = new URL('../../reports/', import.meta.url)

/** The files of the five reports with their sidecars, by name. */
export async function filesOfFiveReports(): Promise<Record<string, Uint8Array>> {
  const names = await readdir(fileURLToPath(fiveReports))
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, fiveReports))])),
  )
}

/** The reader's pages over an index of some files, made with a model that is computable by hand. */
export async function pageStage(
  t: { after(clean: () => Promise<void>): void },
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<Pick<RouteDependencies, 'language' | 'botUsername'>> = {},
): Promise<PageStage> {
  const places = await workshop(t, files)
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const originals = originalsIn(places.reports)
  const answerer = answererOver(await openBuilt(places, embedder), {
    embedder,
    originals,
    minConfidence: null,
  })
  const photographer = createPhotographer({ answerer, originals, limits: patientLimits })
  t.after(async () => photographer.close())
  const logged: string[] = []
  const log = createLog('debug', [], (line) => void logged.push(line))
  const app = createRoutes({ answerer, originals, photographer, language: 'zh', log, ...options })
  return { app, answerer, photographer, places, logged }
}

/** As strict as the policy that pages are served under. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"

/** Serves pages below a path, as a proxy would, under a strict policy. */
export async function serve(
  t: { after(clean: () => Promise<void>): void },
  app: { fetch(request: Request): Response | Promise<Response> },
): Promise<{ readonly url: string; readonly port: number }> {
  const listen = getRequestListener(async (request) => {
    const url = new URL(request.url)
    if (!url.pathname.startsWith('/wenju/')) return new Response(null, { status: 404 })
    url.pathname = url.pathname.slice('/wenju'.length)
    const response = await app.fetch(new Request(url, request))
    response.headers.set('content-security-policy', policy)
    return response
  })
  const server = createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/wenju/`, port }
}
