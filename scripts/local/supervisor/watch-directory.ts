import { type FSWatcher, mkdirSync, statSync, watch } from 'node:fs'

/** Editors and generators write several files, and each in several steps. */
const settleMs = 50

/**
 * Calls back when files of a directory have changed, also after the directory itself was removed and made again.
 * @returns stops watching
 */
export function watchDirectory(directory: string, changed: () => void): () => void {
  let watcher: FSWatcher | undefined
  let inode: number | undefined
  let timer: NodeJS.Timeout | undefined

  const open = (): void => {
    mkdirSync(directory, { recursive: true })
    inode = statSync(directory).ino
    watcher = watch(directory, { persistent: false }, soon)
    watcher.on('error', soon)
  }
  const settle = (): void => {
    if (statSync(directory, { throwIfNoEntry: false })?.ino !== inode) {
      watcher?.close()
      open()
    }
    changed()
  }
  function soon(): void {
    clearTimeout(timer)
    timer = setTimeout(settle, settleMs)
  }

  open()
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}
