/** One line that is written over and over, at most ten times a second; nothing where nobody looks. */
export interface ProgressLine {
  show(text: string): void
  clear(): void
}

const everyMs = 100
const eraseLine = '\r\u001b[K'

export function ttyProgress(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): ProgressLine {
  let last = Number.NEGATIVE_INFINITY
  let isShown = false
  return {
    show: (text) => {
      if (!stream.isTTY || now() - last < everyMs) return
      last = now()
      isShown = true
      stream.write(`${eraseLine}${text}`)
    },
    clear: () => {
      if (isShown) stream.write(eraseLine)
      isShown = false
    },
  }
}
