import type { NumbersMessage } from '../../numbers/messages.ts'
import { counted } from '../format.ts'
import { useFeed } from '../server.ts'
import './numbers.css'
import { RateChart } from './rate-chart.tsx'

/** Seconds that "now" is the mean of: one alone jumps. */
const nowSeconds = 10

/** What the log says of all orders: how many, and whether what must hold for each does. */
export function NumbersView() {
  const { message, error } = useFeed<NumbersMessage>('/numbers')
  return (
    <div class="numbers-view">
      {error && <p class="away">{error}</p>}
      {message ? <Numbers message={message} /> : !error && <p class="quiet card">Reading the log…</p>}
    </div>
  )
}

function Numbers({ message: { invariants, totals, rates, backlogs, records, sinceMs } }: { readonly message: NumbersMessage }) {
  const isBehind = records.read < records.of
  const holds = invariants.every(({ count }) => count === 0)
  return (
    <>
      <section class={`card ticker ${holds ? 'good' : 'bad'}`} aria-labelledby="invariants-title">
        <h2 id="invariants-title">What must hold for every order</h2>
        <dl>
          {invariants.map(({ name, meaning, count, examples }) => (
            <div key={name} class={count === 0 ? 'zero' : 'faulty'} data-invariant={name}>
              <dt>{name}</dt>
              <dd class="figure number">{count.toLocaleString('en')}</dd>
              <dd class="quiet small">
                {meaning}
                {examples.map((orderId) => (
                  <a key={orderId} class="example" href={`#/orders/${encodeURIComponent(orderId)}`}>
                    {orderId}
                  </a>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <p class="quiet small">
          By the log of events, {sinceMs === 0 ? 'from its beginning' : `of orders placed since ${new Date(sinceMs).toLocaleString()}`}:{' '}
          {counted(totals.placed, 'order')}, {counted(records.read, 'record')}
          {isBehind && ` of ${records.of.toLocaleString('en')}, reading on`}. The whole audit: <code>npx breakwater events verify</code>
        </p>
      </section>
      <section class="card" aria-labelledby="rates-title">
        <h2 id="rates-title">Orders</h2>
        <p class="quiet small">Now: the mean of the last {nowSeconds} seconds. Goodput: orders that were confirmed.</p>
        <dl class="figures">
          <Figure name="Placed now" ink="placed" value={`${mean(rates.placed).toFixed(1)}/s`} />
          <Figure name="Goodput now" ink="confirmed" value={`${mean(rates.confirmed).toFixed(1)}/s`} />
          <Figure name="Cancelled now" ink="cancelled" value={`${mean(rates.cancelled).toFixed(1)}/s`} />
          <Figure name="Placed" value={totals.placed.toLocaleString('en')} />
          <Figure name="Confirmed" value={totals.confirmed.toLocaleString('en')} />
          <Figure name="Cancelled" value={totals.cancelled.toLocaleString('en')} />
          <Figure name="On their way" value={totals.open.toLocaleString('en')} />
        </dl>
        <RateChart rates={rates} />
      </section>
      <section class="card" aria-labelledby="lag-title">
        <h2 id="lag-title">Consumer lag</h2>
        <p class="quiet small">Commands in Kafka that a service has not answered yet.</p>
        <ul class="backlogs">
          {backlogs.map(({ service, commands }) => (
            <li key={service} data-service={service}>
              <span>{service}</span>
              <span class="gauge" aria-hidden="true">
                <span class={commands > 0 ? 'some' : ''} style={{ width: `${Math.min(100, Math.log2(1 + commands) * 8)}%` }} />
              </span>
              <span class="number">{commands.toLocaleString('en')}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

const mean = (counts: readonly number[]): number => counts.slice(-nowSeconds).reduce((sum, count) => sum + count, 0) / nowSeconds

function Figure({ name, value, ink }: { readonly name: string; readonly value: string; readonly ink?: string }) {
  return (
    <div data-figure={name}>
      <dt>
        {ink && <span class={`ink ${ink}`} aria-hidden="true" />} {name}
      </dt>
      <dd class="figure number">{value}</dd>
    </div>
  )
}
