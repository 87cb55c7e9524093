/**
 * `orders`: one row an order, from `orders.*` events alone. They are in order per order, and `progress` lets the status only move forward.
 * `timeline`: what happened to an order, from all services. It stands alone, because topics overtake each other:
 * stock may be reserved before the order is known here.
 */
export const tables = [
  `CREATE TABLE IF NOT EXISTS orders (
    order_id text PRIMARY KEY,
    customer_id text NOT NULL,
    status text NOT NULL,
    progress smallint NOT NULL,
    total bigint NOT NULL,
    lines jsonb NOT NULL,
    ship_to jsonb NOT NULL,
    placed_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    cancellation jsonb,
    tracking_id text
  )`,
  'CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id, placed_at DESC, order_id DESC)',
  `CREATE TABLE IF NOT EXISTS timeline (
    order_id text NOT NULL,
    event_id text NOT NULL,
    time timestamptz NOT NULL,
    step smallint NOT NULL,
    type text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (order_id, event_id)
  )`,
]
