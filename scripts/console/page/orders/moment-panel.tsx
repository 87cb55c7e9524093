import { useEffect, useState } from 'preact/hooks'
import type { OrderStatus } from '../../../../services/shared/contracts/order-status.ts'
import type { Moment, OrderStory } from '../../order-story/story.ts'
import { clock, duration, euros } from '../format.ts'
import { getJson } from '../server.ts'

const way: readonly OrderStatus[] = ['placed', 'reserved', 'paid', 'confirmed', 'shipped']

/** The moment that holds at a time; undefined before the first event. */
export const momentAt = ({ moments }: OrderStory, atMs: number | undefined): Moment | undefined =>
  atMs === undefined ? moments.at(-1) : moments.findLast((moment) => moment.atMs <= atMs)

/** What the order has at a moment: by its events, and what its owner's state and the read model say. */
export function MomentPanel({
  story,
  beginMs,
  atMs,
}: {
  readonly story: OrderStory
  readonly beginMs: number
  readonly atMs: number | undefined
}) {
  const moment = momentAt(story, atMs)
  const reached = new Set(story.moments.filter(({ after }) => after <= (moment?.after ?? -1)).map(({ status }) => status))
  const entry = moment && story.entries[moment.after]
  return (
    <section class="card moment" aria-labelledby="moment-title">
      <h3 id="moment-title">
        {atMs === undefined ? 'State now' : 'State at this moment'}{' '}
        <span class="quiet small number">{atMs !== undefined && `${clock(atMs)}, +${duration(atMs - beginMs)}`}</span>
      </h3>
      <p class="quiet small">
        {entry ? `After ${entry.type.slice(entry.type.indexOf('.') + 1)} of ${entry.service}: ${entry.text}` : 'Before its first event.'}
      </p>
      <ol class="way" aria-label="Status">
        {way.map((status) => (
          <li
            key={status}
            class={status === moment?.status ? 'now' : reached.has(status) ? 'done' : 'ahead'}
            aria-current={status === moment?.status ? 'step' : undefined}
          >
            {status}
          </li>
        ))}
        {moment?.status === 'cancelled' && (
          <li class="cancelled" aria-current="step">
            cancelled
          </li>
        )}
      </ol>
      <dl class="holds">
        <Held name="Charged">{euros(moment?.charged ?? 0)}</Held>
        <Held name="Stock">
          {moment?.stock.length ? moment.stock.map(({ sku, pieces, how }) => `${pieces} × ${sku} ${how}`).join(', ') : 'none'}
        </Held>
        <Held name="Parcel">{moment?.parcel ?? 'none'}</Held>
        <Held name="Messages to the customer">{moment?.told ?? 0}</Held>
      </dl>
      <details>
        <summary>The order’s state, version {moment?.version ?? 0}</summary>
        <pre>{JSON.stringify(story.states[moment?.version ?? 0], undefined, 2)}</pre>
      </details>
      <ReadModel key={story.orderId} orderId={story.orderId} atMs={atMs} />
    </section>
  )
}

function Held({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  )
}

/** Asked for by a button: it is a request of a customer, and as such in the order's logs. */
function ReadModel({ orderId, atMs }: { readonly orderId: string; readonly atMs: number | undefined }) {
  const [answer, setAnswer] = useState<string>()
  useEffect(() => setAnswer(undefined), [atMs])
  const ask = (): void => {
    const at = atMs === undefined ? '' : `?at=${encodeURIComponent(new Date(atMs).toISOString())}`
    getJson<{ status: number; body: unknown }>(`/orders/${encodeURIComponent(orderId)}/as-of${at}`).then(
      ({ status, body }) => setAnswer(`${status}\n${JSON.stringify(body, undefined, 2)}`),
      (error: Error) => setAnswer(error.message),
    )
  }
  return (
    <>
      <button type="button" class="button small" onClick={ask}>
        Ask the read model {atMs === undefined ? 'for now' : 'for this moment'}
      </button>
      {answer !== undefined && (
        <pre aria-live="polite">
          GET /v1/orders/{orderId} {answer}
        </pre>
      )}
    </>
  )
}
