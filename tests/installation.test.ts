import assert from 'node:assert/strict'
import { test } from 'node:test'
import { installationFault } from '../src/installation.js'

/** An error as `process.dlopen` makes it, thrown from a package's own file. */
function unloadable(message: string, name = 'onnxruntime-node'): Error {
  const error = Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' })
  error.stack = `Error: ${message}\n    at Object.<anonymous> (/opt/wenju/node_modules/${name}/dist/binding.js:9:1)`
  return error
}

for (const [what, message, zh, en] of [
  [
    'a system with musl',
    'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /opt/x/libonnxruntime.so.1)',
    /^无法加载 onnxruntime-node\(.*ld-linux.*musl.*Debian/u,
    /^onnxruntime-node cannot be loaded \(.*ld-linux.*needs glibc.*Alpine.*Debian/u,
  ],
  [
    'a system whose glibc is too old',
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /opt/x/libonnxruntime.so.1)",
    /需要 GLIBC_2\.34.*较新/u,
    /It needs GLIBC_2\.34, which this system is too old/u,
  ],
  [
    'a library for another processor',
    '/opt/x/onnxruntime_binding.node: wrong ELF class: ELFCLASS32',
    /wrong ELF class.*npm ci/u,
    /wrong ELF class.*npm ci/u,
  ],
] as const) {
  test(`${what} is told with the cause and what to do`, () => {
    const fault = installationFault(unloadable(message), 'linux')!
    assert.match(fault.zh, zh)
    assert.match(fault.en, en)
  })
}

test('Windows lacks its own runtime where a library cannot be loaded', () => {
  const fault = installationFault(unloadable('The specified module could not be found.\n\\\\?\\C:\\x.node'), 'win32')!
  assert.match(
    fault.en,
    /^onnxruntime-node cannot be loaded \(The specified module could not be found\.\)\..*Visual C\+\+/u,
  )
  assert.match(fault.zh, /Visual C\+\+/u)
})

test('what sharp makes of it is told in one line', () => {
  const path = '/opt/wenju/node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node'
  const text = `Could not load the "sharp" module using the linux-x64 runtime\nERR_DLOPEN_FAILED: ${path}: file too short\nPossible solutions:\n- …`
  const fault = installationFault(new Error(text), 'linux')!
  assert.match(fault.en, /^@img\/sharp-linux-x64 cannot be loaded \(\/opt\/.*: file too short\)\. [^\n]*$/u)
})

test('packages that are missing, or of another system, are told to be installed anew', () => {
  const missing = Object.assign(new Error(`Cannot find package 'zod' imported from /opt/wenju/src/config.ts`), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
  assert.match(installationFault(missing)!.en, /^The package zod is missing.*npm ci/u)
  const foreign = `\nYou installed esbuild for another platform than the one you're currently using.\nSpecifically the "@esbuild/win32-x64" package is present …`
  assert.match(installationFault(new Error(foreign))!.zh, /^缺少依赖包 @esbuild\/win32-x64,或者它是为别的系统安装的/u)
})

test('a file that a package lacks is that package’s', () => {
  const text = `Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'\nRequire stack:\n- /opt/wenju/node_modules/onnxruntime-node/dist/binding.js`
  const error = Object.assign(new Error(text), { code: 'MODULE_NOT_FOUND' })
  assert.match(installationFault(error)!.en, /^The package onnxruntime-node is missing/u)
})

test('other errors are none of the installation', () => {
  const own = Object.assign(
    new Error(`Cannot find module '/opt/wenju/src/gone.ts' imported from /opt/wenju/src/main.ts`),
    {
      code: 'ERR_MODULE_NOT_FOUND',
      stack: 'Error: …\n    at resolve (/opt/wenju/node_modules/esbuild/lib/main.js:2:1)',
    },
  )
  for (const error of [own, new Error('x'), null, undefined, 'text']) assert.equal(installationFault(error), null)
})
