import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { messageOf } from '../../cli/command-error.ts'
import { orAborted } from './or-aborted.ts'

export interface StreamLimits {
  /** A comment that tells proxies and browsers that somebody is there. */
  readonly heartbeatMs: number
  /** How long a browser may read nothing before it is dropped. */
  readonly stalledMs: number
}

export const streamLimits: StreamLimits = { heartbeatMs: 15_000, stalledMs: 20_000 }

/**
 * Sends messages as server-sent events until they end, the browser goes, or it reads nothing for too long. One message at a time is under
 * way, so a browser that is slow costs the memory of one. What the messages throw is sent as the event `failure`; the browser asks again then.
 * @param messages its signal is aborted when nobody wants another one
 */
export async function streamEvents(
  response: ServerResponse,
  messages: (signal: AbortSignal) => AsyncIterable<unknown>,
  signal: AbortSignal,
  { heartbeatMs, stalledMs }: StreamLimits = streamLimits,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const gone = AbortSignal.any([signal, closed(response)])
  const heartbeat = setInterval(() => !response.writableNeedDrain && response.write(':\n\n'), heartbeatMs)
  const send = async (text: string): Promise<void> => {
    if (gone.aborted || response.write(text)) return
    const inTime = AbortSignal.any([gone, AbortSignal.timeout(stalledMs)])
    await once(response, 'drain', { signal: inTime }).catch(() => response.destroy())
  }
  const source = messages(gone)[Symbol.asyncIterator]()
  try {
    await send('retry: 1500\n\n')
    while (!gone.aborted && !response.destroyed) {
      const next = await orAborted(source.next(), gone)
      if (next === undefined || next.done) break
      await send(`data: ${JSON.stringify(next.value)}\n\n`)
    }
  } catch (error) {
    await send(`event: failure\ndata: ${JSON.stringify({ error: messageOf(error) })}\n\n`)
  } finally {
    clearInterval(heartbeat)
    response.end()
    // Not waited for: one that does not heed the signal would keep the connection in memory.
    source.return?.(undefined)?.catch(() => {})
  }
}

function closed(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}
