/** Tools, MCP servers and the last calls. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed, reactive, ref } from 'vue';
import { useRouter } from 'vue-router';
import { api, listOf } from '../api.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Releases } from '../training/shapes.ts';
import type { Call, McpServer, Tool } from './shapes.ts';

/** Behaviour of the page. */
export function useTools() {
  const router = useRouter();
  const toasts = useToasts();
  const cache = useQueryCache();
  const list = useQuery({ key: ['bot-tools'], query: () => listOf<Tool>('/bot-tools', {}) });
  const serverList = useQuery({ key: ['mcp-servers'], query: () => listOf<McpServer>('/mcp-servers', {}) });
  const callList = useQuery({ key: ['bot-tool-calls'], query: () => listOf<Call>('/bot-tools/calls', { limit: '20' }) });
  const { data: releases } = useQuery({ key: () => ['releases'], query: () => api.get<Releases>('/releases') });
  /** The release customers are served; null: what is edited here. */
  const published = computed(() => releases.value?.pointer.published ?? null);
  const { data: tools, isPending } = list;
  const { data: servers } = serverList;
  const { data: calls } = callList;
  const editing = useEditing<McpServer>('mcp-servers');
  const form = reactive<{ id: string; name: string; url: string; headers: { name: string; value: string; secret: boolean }[] }>({ id: '', name: '', url: 'https://', headers: [] });
  const looking = ref('');

  function edit(server?: McpServer) {
    Object.assign(form, server ? { id: server.id, name: server.name, url: server.url, headers: server.headers.map((each) => ({ ...each })) } : { id: '', name: '', url: 'https://', headers: [] });
    editing.start();
  }
  const save = () => {
    const { id, ...body } = form;
    return editing.save(() => (id === '' ? api.post('/mcp-servers', body) : api.put(`/mcp-servers/${id}`, body)));
  };
  async function look(server: McpServer) {
    looking.value = server.id;
    await api.post(`/mcp-servers/${server.id}/look`, {}).catch(toasts.failed);
    looking.value = '';
    await Promise.all([cache.invalidateQueries({ key: ['mcp-servers'] }), cache.invalidateQueries({ key: ['bot-tools'] })]);
  }
  async function use(server: McpServer, name: string) {
    try {
      const made = await api.post<Tool>(`/mcp-servers/${server.id}/use`, { tool: name });
      await cache.invalidateQueries({ key: ['bot-tools'] });
      await router.push({ name: 'tool', params: { id: made.id } });
    } catch (error) {
      toasts.failed(error);
    }
  }
  const remove = (server: McpServer) => editing.remove(() => api.delete(`/mcp-servers/${server.id}`));
  return { published, list, failed: useFailed(list), tools, isPending, serverList, serversFailed: useFailed(serverList), servers, callList, callsFailed: useFailed(callList), calls, editing, form, looking, edit, save, look, use, remove };
}
