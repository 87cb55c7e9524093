import type { TargetName } from '../cli/options.ts'
import { consoleUrl } from '../local/console-token.ts'
import { type ContextOptions, type OpenedContext, openContext, type View } from './context.ts'
import { pageFiles } from './page-bundle.ts'
import { get } from './server/route.ts'
import { createServer } from './server/server.ts'
import { views as allViews } from './views.ts'

export interface ConsoleOptions {
  readonly target: TargetName
  /** Of 127.0.0.1; 0 for any that is free. */
  readonly port: number
  readonly mayAct: boolean
  readonly token: string
  readonly views?: readonly View[]
  /** What views share; tests have another one. */
  readonly open?: (options: ContextOptions) => OpenedContext
}

/** A console that answers. */
export interface RunningConsole {
  readonly port: number
  /** With the token, by which a person may act. */
  readonly url: string
  /** Ends all feeds, waits for what they hold, and closes what was opened. */
  close(): Promise<void>
}

/** What every page asks first. */
export interface About {
  readonly target: TargetName
  readonly mayAct: boolean
}

/** @throws Error when the port is taken, or the page cannot be bundled */
export async function startConsole({
  target,
  port,
  mayAct,
  token,
  views = allViews,
  open = openContext,
}: ConsoleOptions): Promise<RunningConsole> {
  const ending = new AbortController()
  const context = open({ targetName: target, mayAct, end: ending.signal })
  const about: About = { target, mayAct }
  const server = createServer({
    routes: [get('/about', async () => about), ...views.flatMap((view) => view(context))],
    page: await pageFiles(),
    token,
    mayAct,
    end: ending.signal,
  })
  await server.listen({ host: '127.0.0.1', port })
  const listening = server.server.address()
  const actual = typeof listening === 'object' && listening ? listening.port : port
  return {
    port: actual,
    url: consoleUrl(actual, token),
    close: async () => {
      ending.abort(new Error('the console ends'))
      await server.close()
      await context.close()
    },
  }
}
