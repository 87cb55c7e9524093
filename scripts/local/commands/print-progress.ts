import { styleText } from 'node:util'
import type { ProgressEvent } from '../control.ts'
import { seconds } from './print.ts'

/** One line a step, with the time since the command began. */
export interface ProgressPrinter {
  step(text: string): void
  event(event: ProgressEvent): void
}

/**
 * @param url where customers will reach the shop
 * @param print takes one line
 */
export function printProgress(url: string, print: (line: string) => void = console.log): ProgressPrinter {
  const began = performance.now()
  const step = (text: string): void => print(`${styleText('dim', seconds(performance.now() - began))}  ${text}`)
  return {
    step,
    event: (event) => {
      if (event.kind === 'step') step(event.text)
      if (event.kind === 'ready') step(styleText('green', `Breakwater is ready: ${url}`))
    },
  }
}
