import { open, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** The end of a log that is looked at before it is followed. */
const lookBackBytes = 1024 * 1024
const lookEveryMs = 250

/** How far a file has been read. */
interface Position {
  readonly inode: number
  readonly size: number
  /** The beginning of a line whose end is not there yet. */
  readonly rest: string
}

/** The whole lines of a file's last megabyte, and where to read on. */
export async function readTail(file: string): Promise<{ lines: string[]; position: Position }> {
  const { ino: inode, size } = await stat(file)
  const start = Math.max(0, size - lookBackBytes)
  const lines = (await read(file, start, size)).split('\n')
  const rest = lines.pop() ?? ''
  // The window may begin inside of a line.
  if (start > 0) lines.shift()
  return { lines, position: { inode, size, rest } }
}

/**
 * The lines that come, until the signal; an empty list when none came for a moment. A file that took the place of the followed one
 * is read from its beginning.
 */
export async function* followFile(file: string, from: Position, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  let { inode, size, rest } = from
  while (!signal.aborted) {
    const now = await stat(file).catch(() => undefined)
    if (now && now.ino !== inode) {
      inode = now.ino
      size = 0
      rest = ''
    }
    let lines: string[] = []
    if (now && now.size > size) {
      lines = (rest + (await read(file, size, now.size))).split('\n')
      size = now.size
      rest = lines.pop() ?? ''
    }
    yield lines
    await pause(lookEveryMs, undefined, { signal }).catch(() => {})
  }
}

async function read(file: string, from: number, to: number): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
