/** The shapes of the tools' pages, as JSON carries them. */
import type { McpServer as Named, OfferedTool, StoredTool, ToolCall, ToolChange, ToolDefinition, ToolInput } from '../../../server/bot-tools/schema.ts';
import type { Words } from '../wire.ts';

export type { OfferedTool, ToolChange, ToolDefinition, ToolInput };
type Json<T> = T extends Date ? string : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;
export type Tool = Json<StoredTool>;
export type Call = Json<ToolCall>;
export type McpServer = Omit<Json<Named>, 'offered'> & { offered: (OfferedTool & { doubtful: boolean })[] };
/** What came of a trial. */
export type Trial = { request?: { method: string; url: string; headers: Record<string, string>; body?: string }; response?: { status: number; body: string }; seen: { name: string; label: string; value: string }[]; says: string | null; outcome: string; fields?: Record<string, string>; detail?: Words };
