/** What a customer's browser fetches: the loader, the chat in its frame, its files. Any site may load these; none of them carries a cookie. */
import { pipeline } from 'node:stream/promises';
import express, { Router, type Request, type Response } from 'express';
import { frameAncestors } from '../../connectors/webchat/manifest.ts';
import { attachmentProof, bearerVisitor } from '../../connectors/webchat/token.ts';
import { servingHeaders } from '../attachments/rules.ts';
import type { Hub } from '../hub.ts';
import { countVisit } from './limits.ts';
import { Problem } from '../problem.ts';

const frameCsp = (ancestors: string) => `default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; frame-ancestors ${ancestors}`;

/** Routes under / that the widget needs. @param built folder of the built widget */
export function widgetRouter(hub: Hub, built: string): Router {
  const router = Router();
  const running = (id: unknown) => {
    const found = typeof id === 'string' ? hub.channels.get(id) : undefined;
    if (found?.channel.kind !== 'webchat') throw new Problem('not-found', 'There is no such chat.');
    return found.channel;
  };
  const visitor = (config: unknown, token: unknown) => {
    const found = bearerVisitor(config, token);
    if ('error' in found) throw new Problem('not-signed-in', found.error.detail);
    return found;
  };
  const sendBuilt = (file: string, type: string) => (_request: Request, response: Response) => { response.type(type).set('Cache-Control', 'public, max-age=300').set('Cross-Origin-Resource-Policy', 'cross-origin').sendFile(file, { root: built }); };

  router.get('/widget.js', sendBuilt('widget.js', 'text/javascript'));
  router.get(['/widget', '/widget/'], (request, response) => {
    const channel = running(request.query['channel']);
    response.set('Content-Security-Policy', frameCsp(frameAncestors(channel.config))).removeHeader('X-Frame-Options');
    response.sendFile('index.html', { root: `${built}/app` });
  });
  router.use('/widget/assets', express.static(`${built}/app/assets`, { immutable: true, maxAge: '1y', index: false }));
  router.get(['/demo', '/demo/'], (_request, response) => { response.sendFile('demo/index.html', { root: built }); });
  router.use('/demo', express.static(`${built}/demo`, { index: false }));

  router.post('/widget/:channelId/attachments', async (request, response) => {
    const channel = running(request.params.channelId);
    await countVisit(request.ip ?? 'unknown', 'upload');
    const who = visitor(channel.config, /^Bearer (\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1]);
    const name = typeof request.query['name'] === 'string' ? request.query['name'] : 'file';
    const file = await hub.store.attachments.put(request, { name, owner: { kind: 'visitor', id: `${channel.id}:${who.thread}` } });
    response.status(201).json({ ...file, proof: attachmentProof(String(channel.config['tokenSecret']), who.thread, file) });
  });
  router.get('/widget/:channelId/attachments/:id', async (request, response) => {
    const channel = running(request.params.channelId);
    const who = visitor(channel.config, request.query['token']);
    const { attachment, owner, stream } = await hub.store.attachments.open(request.params.id);
    const own = owner.kind === 'visitor' && owner.id === `${channel.id}:${who.thread}`;
    const thread = { channelId: channel.id, key: who.thread };
    const conversationId = own ? null : await hub.store.conversations.findByThread(thread);
    if (!own && !(conversationId && await hub.store.conversations.saidWith(conversationId, thread, attachment.id))) {
      stream.destroy();
      throw new Problem('not-found', 'There is no such file.');
    }
    response.set(servingHeaders(attachment));
    await pipeline(stream, response);
  });
  return router;
}
