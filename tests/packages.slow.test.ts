import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { access, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Package {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly dev?: boolean
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}

const json = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'))
const package_ = (await json('package.json')) as Package
const locked = Object.entries((await json('package-lock.json')).packages as Record<string, Locked>)

test('npm has nothing to warn of at npm ci', async (t) => {
  // Without settings of the person or of the npm that runs the tests.
  const env = { PATH: process.env.PATH, HOME: await temporaryFolder(t) }
  const options = { shell: true, cwd: root, env, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync('npm ci --dry-run --offline', options)
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stdout + stderr, /npm warn/u)
})

test('npm runs the install script of no package but those that package.json allows', () => {
  // npm 10 does not know `allowScripts`, but runs only the scripts that the lock file tells of.
  const names = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path))
  assert.deepEqual(
    names.filter((name) => !package_.allowScripts[name]),
    [],
    'delete "hasInstallScript" of these packages from package-lock.json',
  )
})

test('there is one ONNX Runtime, the release that transformers.js asks for', () => {
  const own = locked.filter(([path]) => nameOf(path) === 'onnxruntime-node').map(([path]) => path)
  assert.deepEqual(own, ['node_modules/onnxruntime-node'])
  const transformers = locked.find(([path]) => path === 'node_modules/@xenova/transformers')![1]
  assert.equal(package_.dependencies['onnxruntime-node'], transformers.dependencies!['onnxruntime-node'])
})

test('transformers.js loads the stand-in for sharp, and nobody else does', () => {
  const found = (from: string) => createRequire(join(root, from, 'package.json')).resolve('sharp')
  assert.equal(found('node_modules/@xenova/transformers'), join(root, 'stubs/sharp/index.js'))
  assert.ok(found('.').startsWith(join(root, 'node_modules/sharp')))
})

test('what is installed without what tests need takes at most 400 MB', async () => {
  const needed = locked.filter(([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link)
  const sizes = await Promise.all(
    needed.map(async ([path]) => ({ path, megabytes: (await bytesIn(join(root, path))) / 1e6 })),
  )
  const sum = sizes.reduce((sum, { megabytes }) => sum + megabytes, 0)
  const largest = sizes.sort((a, b) => b.megabytes - a.megabytes).slice(0, 5)
  assert.ok(sum <= 400, `${sum.toFixed()} MB; the largest: ${JSON.stringify(largest)}`)
})

test('packages that the product loads are dependencies, and others are not', async () => {
  const named = new Set<string>()
  const entries = await readdir(join(root, 'src'), { recursive: true })
  // The client's modules are run by browsers and import each other.
  const modules = entries.filter((name) => /\.[jt]s$/u.test(name) && !name.startsWith(join('web', 'client')))
  const files = modules.map((name) => join('src', name))
  files.push('scripts/add.ts', 'scripts/ask.ts', 'scripts/index.ts', 'scripts/inspect.ts', 'scripts/postinstall.js')
  // Scripts of the product import others.
  for (const file of files) {
    for (const to of await importsOf(file)) {
      if (!to.startsWith('.')) named.add(/^(?:@[^/]+\/)?[^/]+/u.exec(to)?.[0] ?? `${file}: ${to}`)
      else if (file.startsWith('scripts/')) {
        const next = relative(root, join(root, dirname(file), to))
        assert.doesNotMatch(next, /^tests/u, file)
        if (!files.includes(next)) files.push(next)
      }
    }
  }
  const installed = { ...package_.dependencies, ...package_.optionalDependencies }
  assert.deepEqual(
    [...named].filter((name) => !(name in installed)),
    [],
  )
  // The stub stands in for a dependency of transformers.js.
  const needed = [...named, 'onnxruntime-web']
  assert.deepEqual(
    Object.keys(installed).filter((name) => !needed.includes(name)),
    [],
  )
})

for (const [name, own, left] of [
  ['of the Node at hand', `${process.platform}/${process.arch}`, [`${process.platform}/${process.arch}`]],
  ['of all systems where there is none for the Node at hand', 'plan9/mips', ['beos/ppc', 'beos/x64', 'plan9/mips']],
] as const) {
  test(`after npm ci ONNX Runtime has the libraries ${name}`, async (t) => {
    const folder = await temporaryFolder(t)
    const libraries = join(folder, 'node_modules/onnxruntime-node/bin/napi-v6')
    for (const place of [own, 'beos/ppc', 'beos/x64']) {
      await mkdir(join(libraries, place), { recursive: true })
      await writeFile(join(libraries, place, 'onnxruntime_binding.node'), '')
    }
    await cp(join(root, 'scripts/postinstall.js'), join(folder, 'scripts/postinstall.js'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    // The second run finds nothing left to do.
    for (let run = 0; run < 2; run++) {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/postinstall.js'], {
        cwd: folder,
        encoding: 'utf8',
      })
      assert.deepEqual([status, stdout, stderr], [0, '', ''])
      const files = (await readdir(libraries, { recursive: true })).filter((name) => name.endsWith('.node'))
      assert.deepEqual(files.map(dirname).sort(), left)
    }
  })
}

test('after npm ci without ONNX Runtime nothing is removed', async (t) => {
  const folder = await temporaryFolder(t)
  await cp(join(root, 'scripts/postinstall.js'), join(folder, 'postinstall.mjs'))
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'postinstall.mjs')], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-packages-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** What a file imports, in whichever way, but for Node's own modules. */
async function importsOf(file: string): Promise<string[]> {
  const code = await readFile(join(root, file), 'utf8')
  const found = [
    ...code.matchAll(/^(?:import|export)\s[^'"]*?from\s+'([^']+)'/gmu),
    ...code.matchAll(/(?:import|require|resolve)\(\s*'([^']+)'/gu),
    // Weights lie in a package that is resolved by its name.
    ...code.matchAll(/\binPackage\('([^']+)'/gu),
  ]
  return found.map(([, to]) => to!).filter((to) => !to.startsWith('node:') && !builtinModules.includes(to))
}

/** Bytes of a package's own files; none where it is an optional one that is not installed here. */
async function bytesIn(folder: string): Promise<number> {
  if (
    !(await access(folder).then(
      () => true,
      () => false,
    ))
  )
    return 0
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : bytesIn(path)
    return (await lstat(path)).size
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
