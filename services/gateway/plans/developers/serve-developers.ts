import type { FastifyInstance } from 'fastify'
import type { Access } from '../../access/access.ts'
import { page, style } from './page.ts'
import { script } from './page-script.ts'

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
}

const files = {
  '/developers': { type: 'text/html; charset=utf-8', text: page },
  '/developers/page.css': { type: 'text/css; charset=utf-8', text: style },
  '/developers/page.js': { type: 'text/javascript; charset=utf-8', text: script },
}

/** The page for developers. It asks the routes of `developerRows` like any other client. */
export function serveDevelopers(app: FastifyInstance): void {
  const config: { readonly access: Access } = { access: 'anonymous' }
  for (const [url, { type, text }] of Object.entries(files))
    app.get(url, { config }, (_request, reply) => reply.headers(headers).type(type).send(text))
}
