/** Every noun's store on one open database: what the server and the command line both need. */
import type mongoose from 'mongoose';
import type { ChannelKind } from '../connectors/connector.ts';
import { answerStore } from './answers/store.ts';
import { s3 } from './attachments/s3.ts';
import type { S3Place } from './attachments/s3.ts';
import { attachmentStore } from './attachments/store.ts';
import { authorizationStore } from './authorizations/store.ts';
import { conductStore } from './bot-conduct/store.ts';
import { botToolStore } from './bot-tools/store.ts';
import { spendStore } from './bot-spend/store.ts';
import { breakStore } from './breaks/store.ts';
import { botNumberStore } from './bot-numbers/store.ts';
import { calendarStore } from './calendars/store.ts';
import { cannedReplyStore } from './canned-replies/store.ts';
import { channelHealthStore } from './channel-health/store.ts';
import { secretsOf } from './channels/config.ts';
import { channelStore } from './channels/store.ts';
import { contactStore } from './contacts/store.ts';
import { closingStore } from './closing/store.ts';
import { conversationStore } from './conversations/store.ts';
import { copilotStore } from './copilot/store.ts';
import { demoStore } from './demo/store.ts';
import { draftStore } from './drafts/store.ts';
import { embeddingStore } from './embeddings/store.ts';
import { documentStore } from './knowledge/store.ts';
import { labelStore } from './labels/store.ts';
import { peopleStore } from './people/store.ts';
import { reportStore } from './reports/store.ts';
import { queueStore, routingPolicyStore } from './routing/store.ts';
import { routingRulesStore } from './routing-rules/store.ts';
import { timeLabStore } from './time-lab/store.ts';
import { slaStore } from './sla/store.ts';
import { trainingStore } from './training/store.ts';
import { vault } from './store/vault.ts';
import { unansweredStore } from './unanswered/store.ts';
import type { Hub } from './hub.ts';

/** Opens the stores and makes their indexes. @param secretKey 32 bytes that seal channel secrets  @param s3 where the bytes of new files go, if not into MongoDB */
export async function openStores({ db, kinds, secretKey, s3: place }: { db: mongoose.Connection; kinds: readonly ChannelKind[]; secretKey: Uint8Array; s3?: S3Place | undefined }): Promise<Hub['store']> {
  const secretNames = new Map(kinds.map(({ manifest }) => [manifest.kind, secretsOf(manifest)]));
  const [botNumbers, copilot, conversations, contacts, people, channels, queues, answers, cannedReplies, labels, drafts, channelHealth, documents, authorizations, training, unanswered, conduct, spend, calendars, sla] = await Promise.all([
    botNumberStore(db), copilotStore(db), conversationStore(db), contactStore(db), peopleStore(db), channelStore(db, vault(secretKey), kind => secretNames.get(kind) ?? []),
    queueStore(db), answerStore(db), cannedReplyStore(db), labelStore(db), draftStore(db), channelHealthStore(db), documentStore(db), authorizationStore(db, vault(secretKey)), trainingStore(db), unansweredStore(db), conductStore(db), spendStore(db), calendarStore(db), slaStore(db),
  ]);
  return { botNumbers, copilot, conversations, contacts, people, channels, queues, answers, cannedReplies, labels, drafts, channelHealth, documents, authorizations, training, unanswered, conduct, spend, calendars, sla, attachments: attachmentStore(db, secretKey, place && s3(place)), demo: demoStore(db), reports: await reportStore(db), closing: closingStore(db), breaks: await breakStore(db), routingPolicies: routingPolicyStore(db), routingRules: routingRulesStore(db), timeLab: await timeLabStore(db), botTools: await botToolStore(db, vault(secretKey)), embeddings: await embeddingStore(db) };
}
