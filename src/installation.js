/**
 * The advice for a library that is missing or that this system cannot load; null for any other error. This is
 * JavaScript because `program.cjs` needs it where TypeScript cannot be run for want of a library.
 *
 * @param error what an import threw
 */
export function installationFault(error, platform = process.platform) {
  const { code, message = '', stack = '' } = Object(error)
  const lines = String(message).trim().split('\n')
  // The library sharp makes one error of several and keeps their codes in the text; esbuild has no code.
  const isUnloadable = code === 'ERR_DLOPEN_FAILED' || /ERR_DLOPEN_FAILED/u.test(message)
  if (isUnloadable) {
    const cause = lines.find((line) => line.includes('ERR_DLOPEN_FAILED'))?.replace(/^.*?ERR_DLOPEN_FAILED:?/u, '')
    return unloadable(packageIn(`${message}\n${stack}`), (cause ?? lines[0]).trim(), platform)
  }
  const name =
    /Cannot find package '([^']+)'/u.exec(message)?.[1] ??
    /"(@esbuild\/[^"]+)"/u.exec(message)?.[1] ??
    /^Could not load the "(sharp)"/u.exec(message)?.[1]
  if (name !== undefined) return missing(name)
  // A file of a package, and not one of our own, whose want would be a defect.
  const isIncomplete = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return isIncomplete && /[\\/]node_modules[\\/]/u.test(message) ? missing(packageIn(message)) : null
}

/** The package that a path first named in the text belongs to. */
function packageIn(text) {
  return /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/u.exec(text)?.[1] ?? '?'
}

function missing(name) {
  return {
    zh: `缺少依赖包 ${name},或者它是为别的系统安装的。请删除 node_modules,再在这台机器上运行 npm ci。`,
    en: `The package ${name} is missing, or was installed for another system. Remove node_modules and run npm ci on this machine.`,
  }
}

function unloadable(name, cause, platform) {
  const { zh, en } = advice(cause, platform)
  return { zh: `无法加载 ${name}(${cause})。${zh}`, en: `${name} cannot be loaded (${cause}). ${en}` }
}

/** The loaders of musl and of glibc word their errors differently, so the words tell which of them the system has. */
function advice(cause, platform) {
  if (/Error (?:loading shared library|relocating)/u.test(cause)) {
    return {
      zh: `它需要 glibc,而这个系统用的是 musl(如 Alpine)。请改用 Debian 或 Ubuntu,容器请用 node:24-slim 这样的镜像。`,
      en: `It needs glibc, and this system has musl, as Alpine does. Use Debian or Ubuntu, in a container an image like node:24-slim.`,
    }
  }
  const version = /GLIBC(?:XX)?_[\d.]+/u.exec(cause)?.[0]
  if (version !== undefined) {
    return {
      zh: `它需要 ${version},这个系统太旧,没有它。请改用较新的系统版本。`,
      en: `It needs ${version}, which this system is too old to have. Use a newer release of the system.`,
    }
  }
  if (platform === 'win32') {
    return {
      zh: `请安装 Microsoft Visual C++ 运行库(https://aka.ms/vs/17/release/vc_redist.x64.exe),再试一次。`,
      en: `Install the Microsoft Visual C++ runtime (https://aka.ms/vs/17/release/vc_redist.x64.exe) and try again.`,
    }
  }
  return {
    zh: `请删除 node_modules,再在这台机器上运行 npm ci;如果仍然不行,请安装括号里缺少的系统库。`,
    en: `Remove node_modules and run npm ci on this machine; if that does not help, install the system library that is named.`,
  }
}
