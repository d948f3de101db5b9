'use strict'

// Every npm script runs its program through this file: `node scripts/launcher.cjs PROGRAM …`. It says what is missing before a
// program stops at it with a stack. Its syntax is as old as Node 8, so that an old Node can say that it is too old.

const { existsSync } = require('fs')
const { join } = require('path')
const { dependencies, engines } = require('../package.json')

const needed = engines.node.replace('>=', '')
const found = process.versions.node
// A project may lie below another folder that holds its packages.
const folders = require.resolve.paths ? require.resolve.paths('esbuild') : []
const isInstalled = (name) => folders.some((folder) => existsSync(join(folder, name, 'package.json')))

if (isOlder(found, needed)) {
  end(
    `需要 Node ${needed} 或更新的版本,现在运行的是 ${found}。请从 https://nodejs.org 安装。`,
    `Node ${needed} or later is needed, this is ${found}. Install it from https://nodejs.org.`,
  )
} else {
  const missing = Object.keys(dependencies).filter((name) => !isInstalled(name))
  if (missing.length === 0) require('./program.cjs')
  else {
    const names = missing.length > 3 ? `${missing.slice(0, 3).join(', ')} …` : missing.join(', ')
    end(`缺少依赖包(${names})。请运行 npm ci。`, `Packages are missing (${names}). Run npm ci.`)
  }
}

function isOlder(version, than) {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number))
  return one[0] < other[0] || (one[0] === other[0] && one[1] < (other[1] || 0))
}

function end(zh, en) {
  process.stderr.write(`${zh} ${en}\n`)
  process.exitCode = 1
}
