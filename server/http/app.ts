/** The Express app: API by the route table, the console, the widget, and what operators ask. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Hub } from '../hub.ts';
import { bind } from './bind.ts';
import { admit, callerOf } from './auth.ts';
import { metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { problemHandler } from './problem-answer.ts';
import { Problem } from '../problem.ts';
import { serveCallback } from '../authorizations/routes.ts';
import { routes } from './routes.ts';
import { serveLink } from '../attachments/serve.ts';
import { widgetRouter } from './widget.ts';

export type AppOptions = { version: string; trustProxy: number; clientDir: string; ready(): Promise<Record<string, boolean>> };

const consoleCsp = {
  directives: {
    defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], 
    // https: for the pictures of a mail, after the agent's click; until then they are parked and nothing is asked for.
    imgSrc: ["'self'", 'data:', 'blob:', 'https:'], mediaSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'", 'ws:', 'wss:'], workerSrc: ["'self'", 'blob:'], objectSrc: ["'none'"], baseUri: ["'self'"], frameSrc: ["'self'"], frameAncestors: ["'self'"], formAction: ["'self'"], upgradeInsecureRequests: null,
  },
};

/** Everything over HTTP but the hooks. */
export function httpApp(hub: Hub, { version, trustProxy, clientDir, ready }: AppOptions): Express {
  const app = express();
  const description = openApi(routes, hub.publicUrl, version);
  const registry = metrics(hub);
  app.disable('x-powered-by').set('trust proxy', trustProxy).set('etag', false);

  app.get('/healthz', (_request, response) => { response.json({ ok: true, version }); });
  app.get('/readyz', async (_request, response) => {
    const checks = await ready();
    const ok = Object.values(checks).every(Boolean);
    response.status(ok ? 200 : 503).json({ ok, checks });
  });
  app.get('/metrics', async (request, response) => {
    const caller = await callerOf(hub, request.headers);
    const local = /^(::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? '') && !request.headers['x-forwarded-for'];
    if (!local) admit('supervisor', caller);
    response.type(registry.contentType).send(await registry.metrics());
  });

  app.use(widgetRouter(hub, `${clientDir}/widget/dist`));
  app.use(helmet({ contentSecurityPolicy: consoleCsp, crossOriginEmbedderPolicy: false, strictTransportSecurity: hub.publicUrl.startsWith('https:') }));
  app.get('/files/:token', async (request, response) => serveLink(hub, request.params.token, response));
  app.get('/oauth/callback', (request, response) => serveCallback(hub, request, response));
  app.get('/openapi.json', (_request, response) => { response.json(description); });
  app.get(['/docs', '/docs/'], (_request, response) => { response.sendFile('docs.html', { root: import.meta.dirname }); });
  app.get('/docs/start.js', (_request, response) => { response.sendFile('docs.js', { root: import.meta.dirname }); });
  app.use('/docs', express.static(dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json'))), { index: false }));
  app.use('/api/v1', (_request, response, next) => { response.set('Cache-Control', 'no-store'); next(); }, bind(hub, routes));
  app.use(['/api', '/hooks', '/live'], () => { throw new Problem('not-found', 'There is nothing at this address. GET /openapi.json lists what there is.'); });

  const built = `${clientDir}/console/dist`;
  app.use('/assets', express.static(`${built}/assets`, { immutable: true, maxAge: '1y', index: false }));
  app.use('/assets', () => { throw new Problem('not-found', 'There is no such file. Reload the page: a new version may be there.'); });
  app.use(express.static(built, { index: false, maxAge: '1h' }));
  app.get('/{*path}', (_request, response) => { response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: built }); });
  app.use(problemHandler(hub.log));
  return app;
}
