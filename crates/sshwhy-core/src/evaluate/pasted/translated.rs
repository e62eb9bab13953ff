//! Errors of the system in other languages, as glibc says them to the programs around ssh: `nc`, `telnet`, `git`, shells.
//!
//! ssh itself always speaks English.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

const REFUSED: &str = "Connection refused";
const TIMED_OUT: &str = "Connection timed out";
const NO_ROUTE: &str = "No route to host";
const NO_NETWORK: &str = "Network is unreachable";
const RESET: &str = "Connection reset by peer";
const NO_NAME: &str = "Name or service not known";

const WORDS: &[(&str, &str)] = &[
    // German
    ("Verbindungsaufbau abgelehnt", REFUSED),
    ("Die Wartezeit für die Verbindung ist abgelaufen", TIMED_OUT),
    ("Keine Route zum Zielrechner", NO_ROUTE),
    ("Das Netzwerk ist nicht erreichbar", NO_NETWORK),
    ("Die Verbindung wurde vom Kommunikationspartner zurückgesetzt", RESET),
    ("Der Name oder der Dienst ist nicht bekannt", NO_NAME),
    // French
    ("Connexion refusée", REFUSED),
    ("Connexion terminée par expiration du délai d'attente", TIMED_OUT),
    ("Aucun chemin d'accès pour atteindre l'hôte cible", NO_ROUTE),
    ("Le réseau n'est pas accessible", NO_NETWORK),
    ("Connexion ré-initialisée par le correspondant", RESET),
    ("Nom ou service inconnu", NO_NAME),
    // Spanish
    ("Conexión rehusada", REFUSED),
    ("Expiró el tiempo de conexión", TIMED_OUT),
    ("No existe ninguna ruta hasta el", NO_ROUTE),
    ("La red es inaccesible", NO_NETWORK),
    ("Conexión reinicializada por la máquina remota", RESET),
    ("Nombre o servicio desconocido", NO_NAME),
    // Italian
    ("Connessione rifiutata", REFUSED),
    ("Connessione scaduta", TIMED_OUT),
    ("Nessun instradamento per l'host", NO_ROUTE),
    ("La rete non è raggiungibile", NO_NETWORK),
    ("Connessione interrotta dal corrispondente", RESET),
    ("Nome o servizio sconosciuto", NO_NAME),
    // Portuguese
    ("Conexão recusada", REFUSED),
    ("Tempo esgotado para conexão", TIMED_OUT),
    ("Não há rota para o host", NO_ROUTE),
    ("A rede está fora de alcance", NO_NETWORK),
    ("Conexão fechada pela outra ponta", RESET),
    ("Nome ou serviço desconhecido", NO_NAME),
    // Dutch
    ("Verbinding is geweigerd", REFUSED),
    ("Time-out van verbinding", TIMED_OUT),
    ("Geen route naar host", NO_ROUTE),
    ("Het netwerk is onbereikbaar", NO_NETWORK),
    // Polish
    ("Połączenie odrzucone", REFUSED),
    ("Upłynął limit czasu połączenia", TIMED_OUT),
    ("Brak trasy do hosta", NO_ROUTE),
    ("Sieć jest niedostępna", NO_NETWORK),
    ("Połączenie zerwane przez drugą stronę", RESET),
    // Russian
    ("В соединении отказано", REFUSED),
    ("Время ожидания соединения истекло", TIMED_OUT),
    ("Нет маршрута до узла", NO_ROUTE),
    ("Сеть недоступна", NO_NETWORK),
    ("Соединение разорвано другой стороной", RESET),
    ("Имя или служба не известны", NO_NAME),
    // Turkish
    ("Bağlantı reddedildi", REFUSED),
    ("Bağlantı zaman aşımına uğradı", TIMED_OUT),
    // Chinese
    ("拒绝连接", REFUSED),
    ("连接超时", TIMED_OUT),
    ("没有到主机的路由", NO_ROUTE),
    ("网络不可达", NO_NETWORK),
    ("连接被对方重设", RESET),
    ("连接被对端重置", RESET),
    ("未知的名称或服务", NO_NAME),
    ("拒絕連線", REFUSED),
    ("連線逾時", TIMED_OUT),
    // Japanese
    ("接続を拒否されました", REFUSED),
    ("接続がタイムアウトしました", TIMED_OUT),
    ("ホストへの経路がありません", NO_ROUTE),
    ("ネットワークに到達できません", NO_NETWORK),
    ("接続が相手からリセットされました", RESET),
    ("名前またはサービスが不明です", NO_NAME),
    // Korean
    ("연결이 거부됨", REFUSED),
    ("연결 시간 초과", TIMED_OUT),
];

/// A line is no longer.
const LONGEST: usize = 400;

/// The line with such an error in English; the same line when it has none.
pub(super) fn in_english(text: &str) -> Cow<'_, str> {
    // Only few of them are in plain letters.
    if text.len() > LONGEST || text.is_ascii() && !text.contains(": ") {
        return Cow::Borrowed(text);
    }
    // What is written in plain letters needs no search for others.
    let (plain, others) = &*SEARCHES;
    let others = if text.is_ascii() { &[][..] } else { others };
    let mut searches = plain.iter().chain(others);
    match searches.find(|(finder, _)| finder.find(text.as_bytes()).is_some()) {
        Some((_, (words, english))) => Cow::Owned(text.replace(words, english)),
        None => Cow::Borrowed(text),
    }
}

type Search = (Finder<'static>, (&'static str, &'static str));

/// A search for each of the words: of plain letters, and others.
static SEARCHES: LazyLock<(Vec<Search>, Vec<Search>)> = LazyLock::new(|| {
    let search = |entry: &(&'static str, &'static str)| (Finder::new(entry.0), *entry);
    WORDS.iter().map(search).partition(|(_, (words, _))| words.is_ascii())
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_alone_is_translated() {
        let said = in_english("ssh: connect to host prod port 22: Verbindungsaufbau abgelehnt");
        assert_eq!(said, "ssh: connect to host prod port 22: Connection refused");
        assert_eq!(in_english("git: Connexion refusée"), "git: Connection refused");
        assert!(matches!(in_english("nothing: of it"), Cow::Borrowed(_)));
    }
}
