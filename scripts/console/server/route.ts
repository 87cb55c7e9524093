import type { Static, TSchema } from 'typebox'

/** Who asks, and for what. */
export interface Asked {
  /** Of a parameter that is given more than once, the last. */
  readonly query: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  /** Aborted when the browser has gone, or the console ends. */
  readonly signal: AbortSignal
}

interface GetRoute {
  readonly kind: 'get'
  readonly path: string
  readonly answer: (asked: Asked) => Promise<unknown>
}

interface ActionRoute {
  readonly kind: 'action'
  readonly path: string
  readonly body: TSchema
  readonly act: (body: unknown, asked: Asked) => Promise<unknown>
}

interface FeedRoute {
  readonly kind: 'feed'
  readonly path: string
  readonly messages: (asked: Asked) => AsyncIterable<unknown>
}

interface DocumentRoute {
  readonly kind: 'document'
  readonly path: string
  readonly html: (asked: Asked) => Promise<string>
}

/** What a view of the page asks the server for: below `/api` in JSON, or a document of its own. */
export type Route = GetRoute | ActionRoute | FeedRoute | DocumentRoute

/** `GET /api<path>`. */
export const get = (path: string, answer: GetRoute['answer']): Route => ({ kind: 'get', path, answer })

/** `POST /api<path>`: changes something, so it needs the token, and a console that may act. */
export const action = <Body extends TSchema>(
  path: string,
  body: Body,
  act: (body: Static<Body>, asked: Asked) => Promise<unknown>,
): Route => ({ kind: 'action', path, body, act: (checked, asked) => act(checked as Static<Body>, asked) })

/**
 * `GET /api<path>` as server-sent events. The next message is asked for when the last has left this process, so a slow browser makes the
 * iterator wait: it should then skip to what is newest.
 */
export const feed = (path: string, messages: FeedRoute['messages']): Route => ({ kind: 'feed', path, messages })

/** `GET <path>`: a page that needs nothing else, without scripts, e.g. a report. */
export const document = (path: string, html: DocumentRoute['html']): Route => ({ kind: 'document', path, html })

/** There is no such thing as the one that was asked for. */
export class NotFound extends Error {
  override readonly name = 'NotFound'
}
