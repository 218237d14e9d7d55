/** Socket.IO's own wire format, for what we say on it: JSON only. Bytes never go this way, so nothing is searched for them (4 % of the hub under load). */
import { Decoder, Encoder, type Packet } from 'socket.io-parser';

class JsonEncoder extends Encoder {
  override encode({ type, nsp, id, data }: Packet): string[] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`];
  }
}

/** The `parser` option of a server; browsers use the standard one. */
export const packets = { Encoder: JsonEncoder, Decoder };
