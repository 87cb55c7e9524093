import { useEffect, useState } from 'preact/hooks'
import type { About } from '../console.ts'
import { tokenIn } from './route.ts'

/** Requests to the console's server. */

const tokenKey = 'breakwater-token'

/** Takes the token out of the address, where it would be seen and kept in the history; a reload of this tab still knows it. */
export function takeToken(): void {
  const found = tokenIn(location.hash)
  if (found === undefined) return
  sessionStorage.setItem(tokenKey, found.token)
  history.replaceState(undefined, '', `${location.pathname}${found.rest}`)
}

const token = (): string | null => sessionStorage.getItem(tokenKey)

/** Whether the page may change something: the console may, and this tab knows the token. */
export const mayAct = (about: About | undefined): boolean => about?.mayAct === true && token() !== null

/** @throws Error with the server's words */
export const getJson = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
  ask(path, { method: 'GET', ...(signal && { signal }) })

/** @throws Error with the server's words */
export const act = <Answer>(path: string, body: unknown = {}): Promise<Answer> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-breakwater-token': token() ?? '' },
    body: JSON.stringify(body),
  })

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(`/api${path}`, request).catch((error: unknown) => {
    if (request.signal?.aborted) throw error
    throw new Error('the console does not answer')
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body as Answer
  throw new Error(typeof body === 'object' && body && 'detail' in body ? String(body.detail) : `the console answered ${response.status}`)
}

export interface FeedState<Message> {
  /** The latest, also while the feed is away. */
  readonly message?: Message
  readonly state: 'connecting' | 'live' | 'away'
  /** Why it is away, in the server's words. */
  readonly error?: string
}

/**
 * The messages of a feed, while this is on the screen and its tab can be seen.
 * @param path below `/api`; undefined for none
 * @param take is given every message; a component is drawn with the newest only
 */
export function useFeed<Message>(path: string | undefined, take?: (message: Message) => void): FeedState<Message> {
  const [state, setState] = useState<FeedState<Message>>({ state: 'connecting' })
  const isSeen = useVisible()
  useEffect(() => {
    if (path === undefined || !isSeen) return
    const source = new EventSource(`/api${path}`)
    source.onmessage = ({ data }) => {
      const message: Message = JSON.parse(data)
      take?.(message)
      setState({ message, state: 'live' })
    }
    source.addEventListener('failure', ({ data }) => setState((before) => ({ ...before, state: 'away', error: JSON.parse(data).error })))
    // What a failure has said says more than that the connection has ended, and the browser connects again by itself.
    source.onerror = () => setState((before) => (before.state === 'away' ? before : { ...before, state: 'away' }))
    return () => source.close()
  }, [path, isSeen])
  useEffect(() => setState({ state: 'connecting' }), [path])
  return state
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(document.visibilityState === 'visible')
  useEffect(() => {
    const changed = (): void => setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', changed)
    return () => document.removeEventListener('visibilitychange', changed)
  }, [])
  return isVisible
}

/** A value that is asked for once, and again when the path is another one. */
export function useJson<Answer>(path: string | undefined): { readonly answer?: Answer; readonly error?: string } {
  const [found, setFound] = useState<{ readonly answer?: Answer; readonly error?: string }>({})
  useEffect(() => {
    setFound({})
    if (path === undefined) return
    const leaving = new AbortController()
    getJson<Answer>(path, leaving.signal).then(
      (answer) => setFound({ answer }),
      (error: Error) => !leaving.signal.aborted && setFound({ error: error.message }),
    )
    return () => leaving.abort()
  }, [path])
  return found
}
