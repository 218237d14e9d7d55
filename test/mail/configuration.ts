/** Configuration files of a private Postfix and Dovecot; nothing in them leaves the loopback. */

/** What both servers must know. */
export type Plan = {
  directory: string;
  /** Domains whose every address has a mailbox. */
  domains: string[];
  password: string;
  /** Where Dovecot asks whom an access token belongs to; absent: passwords only. */
  introspectionUrl?: string;
  ports: { imap: number; imaps: number; lmtp: number; smtp: number; submission: number; smtps: number; clear: number };
};

/** Largest mail the servers take, with the base64 overhead of a 25 MB file. */
export const messageSizeLimit = 60 * 1024 * 1024;

/** dovecot.conf: every user exists, one password, IMAP with IDLE, LMTP for Postfix, SASL for submission. */
export const dovecotConf = ({ directory, password, ports, introspectionUrl }: Plan): string => `
base_dir = ${directory}/dovecot
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login${introspectionUrl === undefined ? '' : ' xoauth2 oauthbearer'}
auth_failure_delay = 0
auth_policy_server_url =
first_valid_uid = 1
mail_uid = mail
mail_gid = mail
mail_home = ${directory}/mail/%Lu
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
hostname = mail.hub.test
postmaster_address = postmaster@hub.test
${introspectionUrl === undefined ? '' : `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/oauth2.conf
}`}
passdb {
  # Like an account whose owner has not switched IMAP on: the right password, and still no way in.
  driver = static
  username_filter = noimap@*
  mechanisms = plain login
  args = password=${password} nologin=yes reason=IMAP-access-is-disabled
}
passdb {
  driver = static
  mechanisms = plain login
  args = password=${password}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${directory}/mail/%Lu allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service anvil {
  chroot =
  # Without this a wrong password in one test slows the sign-ins of the next.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service auth {
  unix_listener ${directory}/queue/private/auth {
    mode = 0666
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`;

/** oauth2.conf: Dovecot shows the token to the sign-in server, which says whose it is. */
export const oauthConf = ({ introspectionUrl = '' }: Plan): string => `
introspection_mode = auth
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
`;

/** main.cf: our domains go to Dovecot by LMTP, everything else is refused. */
export const mainCf = ({ directory, domains, ports }: Plan): string => `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.hub.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = ${domains.join(' ')}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:${ports.lmtp}
recipient_delimiter = +
# Taken at first, lost on the way: the server only ever finds itself there, and in the end writes a real bounce.
transport_maps = inline:{ lost.test=smtp:[127.0.0.1]:${ports.smtp} }
default_transport = error:no way out of here
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:{ { /^noplus\\+/ 550 5.1.1 no plus addresses here } }, check_sender_access regexp:{ { /^strict\\+/ 553 5.7.1 sender address not owned by user } }, check_recipient_access inline:{ { refused@example.test = 550 5.1.1 no such customer }, { busy@example.test = 450 4.2.1 too many mails } }
smtpd_client_connection_rate_limit = 0
smtpd_tls_cert_file = ${directory}/cert.pem
smtpd_tls_key_file = ${directory}/key.pem
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_error_sleep_time = 0
header_size_limit = 4194304
message_size_limit = ${messageSizeLimit}
virtual_mailbox_limit = 0
alias_maps =
alias_database =
queue_run_delay = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
in_flow_delay = 0
maillog_file = ${directory}/postfix.log
maillog_file_prefixes = ${directory.slice(0, directory.lastIndexOf('/'))}, /var, /dev/stdout
smtputf8_enable = yes
`;

/** master.cf: a port for the world, and three for submission, which want a password; in `clear` a wire can be cut at a word. */
export const masterCf = ({ ports }: Plan): string => `
127.0.0.1:${ports.smtp} inet n - n - - smtpd
127.0.0.1:${ports.clear} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=reject_unauth_destination
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:${ports.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:${ports.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`;
