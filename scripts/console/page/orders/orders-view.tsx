import { useEffect, useState } from 'preact/hooks'
import type { NewestOrder, OfferedOrder, OrderStory, StoryMessage } from '../../order-story/story.ts'
import { duration } from '../format.ts'
import { LogLines } from '../logs/log-lines.tsx'
import { Waterfall } from '../logs/waterfall.tsx'
import { act, useFeed, useJson } from '../server.ts'
import type { ViewProps } from '../view.ts'
import { beginOf } from './axis-layout.ts'
import { EventList } from './event-list.tsx'
import { MomentPanel } from './moment-panel.tsx'
import './orders.css'
import { TimeAxis } from './time-axis.tsx'

/** The story of one order, and before one is chosen those that there are. */
export function OrdersView({ rest: [orderId], go, mayAct }: ViewProps) {
  return (
    <>
      <PlaceOrder mayAct={mayAct} isSmall={orderId !== undefined} onPlaced={(id) => go(`#/orders/${encodeURIComponent(id)}`)} />
      {orderId === undefined ? <NewestOrders go={go} /> : <Story key={orderId} orderId={orderId} mayAct={mayAct} />}
    </>
  )
}

function PlaceOrder({
  mayAct,
  isSmall,
  onPlaced,
}: {
  readonly mayAct: boolean
  readonly isSmall: boolean
  readonly onPlaced: (orderId: string) => void
}) {
  const { answer: offered } = useJson<readonly OfferedOrder[]>('/orders/offered')
  const [placing, setPlacing] = useState<string>()
  const [failure, setFailure] = useState<string>()
  const place = (preset: string): void => {
    setPlacing(preset)
    setFailure(undefined)
    act<{ orderId: string }>('/orders', { preset })
      .then(
        ({ orderId }) => onPlaced(orderId),
        (error: Error) => setFailure(error.message),
      )
      .finally(() => setPlacing(undefined))
  }
  return (
    <section class={`card place-order ${isSmall ? 'small-one' : ''}`} aria-labelledby="place-title">
      <h2 id="place-title">Place an order</h2>
      {!isSmall && <p class="quiet">Through the gateway, as a customer does. Then watch it cross the services.</p>}
      <ul>
        {offered?.map(({ preset, title, what }, index) => (
          <li key={preset}>
            <button
              type="button"
              class={`button ${index === 0 ? 'main' : ''}`}
              disabled={!mayAct || placing !== undefined}
              onClick={() => place(preset)}
              data-preset={preset}
              title={what}
            >
              {placing === preset ? 'Placing…' : title}
            </button>
            {!isSmall && <span class="quiet small">{what}</span>}
          </li>
        ))}
      </ul>
      {failure && (
        <p class="away" role="alert">
          {failure}
        </p>
      )}
    </section>
  )
}

function NewestOrders({ go }: { readonly go: ViewProps['go'] }) {
  const { answer: orders, error } = useJson<readonly NewestOrder[]>('/orders')
  return (
    <section class="card newest-orders" aria-labelledby="newest-title">
      <h2 id="newest-title">Newest orders</h2>
      <form
        class="find-order"
        onSubmit={(event) => {
          event.preventDefault()
          const id = new FormData(event.currentTarget).get('order')
          if (typeof id === 'string' && id.trim() !== '') go(`#/orders/${encodeURIComponent(id.trim())}`)
        }}
      >
        <input name="order" aria-label="Id of an order" placeholder="ord_…" autocomplete="off" spellcheck={false} />
        <button type="submit" class="button">
          Show
        </button>
      </form>
      {error && <p class="away">{error}</p>}
      {orders?.length === 0 && <p class="quiet">There is no order yet.</p>}
      <ul class="newest">
        {orders?.map(({ orderId, status, time }) => (
          <li key={orderId}>
            <a href={`#/orders/${encodeURIComponent(orderId)}`}>{orderId}</a>
            <Status status={status} />
            <time class="quiet small number" dateTime={time}>
              {new Date(time).toLocaleString()}
            </time>
          </li>
        ))}
      </ul>
    </section>
  )
}

const inks: Readonly<Record<string, string>> = { confirmed: 'good', shipped: 'good', cancelled: 'bad' }

const Status = ({ status }: { readonly status: string | undefined }) => (
  <span class={`badge ${inks[status ?? ''] ?? 'warn'}`}>{status ?? 'not known'}</span>
)

function Story({ orderId, mayAct }: { readonly orderId: string; readonly mayAct: boolean }) {
  const { message, state, error } = useFeed<StoryMessage>(`/orders/${encodeURIComponent(orderId)}/story`)
  const [atMs, setAtMs] = useState<number>()
  const nowMs = useNow(message?.story.phase === 'under-way')
  if (!message)
    return (
      <section class="card" aria-busy={state === 'connecting'}>
        <h2>{orderId}</h2>
        <p class="quiet">{error ?? 'Reading what is known of it…'}</p>
      </section>
    )
  const { story, trace, otherTraces, lines, withoutTelemetry } = message
  const beginMs = beginOf(message)
  return (
    <article class="story" aria-labelledby="story-title">
      <header>
        <h2 id="story-title">
          <span class="order-id">{orderId}</span> <Status status={story.status} />
        </h2>
        <p class="phase" aria-live="polite">
          {phaseText(story, beginMs, nowMs)}
        </p>
        <div class="doings">
          <a class="button" href="#/orders">
            Other orders
          </a>
          {story.status && !['cancelled', 'shipped'].includes(story.status) && <Cancel orderId={orderId} mayAct={mayAct} />}
        </div>
      </header>
      {error && <p class="away">{error}</p>}
      {story.phase !== 'unknown' && (
        <section class="card" aria-label="On one time axis">
          <TimeAxis message={message} atMs={atMs} onMoment={setAtMs} nowMs={nowMs} />
          <div class="axis-foot">
            <Legend message={message} />
            <button type="button" class="button small" disabled={atMs === undefined} onClick={() => setAtMs(undefined)}>
              Newest
            </button>
          </div>
        </section>
      )}
      <div class="beside">
        {story.phase !== 'unknown' && (
          <div class="column">
            <MomentPanel story={story} beginMs={beginMs} atMs={atMs} />
            <EventList message={message} beginMs={beginMs} atMs={atMs} onMoment={setAtMs} />
          </div>
        )}
        <div class="column">
          <section class="card contained" aria-labelledby="trace-title">
            <h3 id="trace-title">
              Trace{' '}
              {trace && (
                <a class="small" href={`#/logs/trace/${encodeURIComponent(trace.traceId)}`}>
                  {trace.traceId}
                </a>
              )}
            </h3>
            {trace ? (
              <Waterfall trace={trace} atMs={atMs} />
            ) : (
              <p class="quiet">{withoutTelemetry ?? 'Nothing of it has come yet; processes send their spans every few seconds.'}</p>
            )}
            {otherTraces.length > 0 && (
              <p class="small">
                Other traces that name it:{' '}
                {otherTraces.slice(0, 10).map((id) => (
                  <a key={id} class="other-trace" href={`#/logs/trace/${encodeURIComponent(id)}`}>
                    {id.slice(0, 8)}
                  </a>
                ))}
              </p>
            )}
          </section>
          <section class="card contained" aria-labelledby="lines-title">
            <h3 id="lines-title">
              Logs <span class="quiet small">{lines.length}</span>{' '}
              <a class="small" href={`#/logs?q=${encodeURIComponent(orderId)}`}>
                search
              </a>
            </h3>
            {lines.length === 0 ? (
              <p class="quiet">No line yet.</p>
            ) : (
              <LogLines lines={lines} untilMs={atMs} label="Lines that name the order" />
            )}
          </section>
        </div>
      </div>
    </article>
  )
}

function phaseText({ phase, entries, waiting, orderId }: OrderStory, beginMs: number, nowMs: number | undefined): string {
  const last = entries.at(-1)
  if (!last) return `Nothing in the log is about ${orderId} yet.`
  const services = new Set(entries.map(({ service }) => service)).size
  const events = entries.filter(({ kind }) => kind === 'event').length
  const all = `${events} events of ${services} services`
  if (phase === 'ended') return `Ended after ${duration(last.atMs - beginMs)}: ${all}.`
  const [longest] = waiting
  if (!longest) return `Under way: ${all}.`
  const since = nowMs === undefined ? '' : ` since ${duration(Math.max(0, nowMs - longest.sinceMs))}`
  return `Under way: ${all}. It waits for ${longest.service} (${longest.command})${since}.`
}

/** Ticks while something is under way. */
function useNow(isUnderWay: boolean): number | undefined {
  const [nowMs, setNow] = useState<number>()
  useEffect(() => {
    if (!isUnderWay) return setNow(undefined)
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [isUnderWay])
  return nowMs
}

function Cancel({ orderId, mayAct }: { readonly orderId: string; readonly mayAct: boolean }) {
  const [isAsking, setAsking] = useState(false)
  const [failure, setFailure] = useState<string>()
  const cancel = (): void => {
    setAsking(true)
    setFailure(undefined)
    act(`/orders/${encodeURIComponent(orderId)}/cancel`)
      .catch((error: Error) => setFailure(error.message))
      .finally(() => setAsking(false))
  }
  return (
    <>
      <button type="button" class="button stop" disabled={!mayAct || isAsking} onClick={cancel}>
        Cancel the order
      </button>
      {failure && <span role="alert">{failure}</span>}
    </>
  )
}

function Legend({ message: { story, mesh, breakers } }: { readonly message: StoryMessage }) {
  const roles = new Set(story.entries.filter(({ kind }) => kind === 'event').map(({ role }) => role))
  const kinds = new Set([
    ...story.entries.map(({ kind }) => kind),
    ...mesh.map(({ kind }) => kind),
    ...(breakers.length > 0 ? ['breaker'] : []),
  ])
  const rows = [
    { ink: 'step', text: 'event', isShown: true },
    { ink: 'refusal', text: 'refused', isShown: roles.has('refusal') },
    { ink: 'compensation', text: 'undone', isShown: roles.has('compensation') },
    { ink: 'end', text: 'how it ended', isShown: roles.has('end') },
    { ink: 'quiet', text: 'command that changed nothing', isShown: kinds.has('answer') },
    { ink: 'letter', text: 'put aside', isShown: kinds.has('letter') || kinds.has('unreadable') },
    { ink: 'retry', text: 'sent again by a proxy', isShown: kinds.has('retry') },
    { ink: 'refused', text: 'refused by a proxy', isShown: kinds.has('refused') },
    { ink: 'breaker', text: 'breaker changed', isShown: kinds.has('breaker') },
  ]
  return (
    <ul class="legend">
      {rows
        .filter(({ isShown }) => isShown)
        .map(({ ink, text }) => (
          <li key={ink}>
            <span class={`key ${ink}`} aria-hidden="true" /> {text}
          </li>
        ))}
    </ul>
  )
}
