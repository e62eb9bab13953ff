//! The words of `nft list ruleset`.

/// A word.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    /// Between marks of quotation.
    Quoted(&'a str),
    Open,
    Close,
    Comma,
    /// `:` that stands by itself: between a key and its value.
    Colon,
    Semicolon,
    /// The end of a line.
    End,
    /// `# handle 7`.
    Handle(u64),
    /// Another remark: nft writes what it does not know like this.
    Remark(&'a str),
}

/// Takes a text apart.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            if let Some(remark) = rest.strip_prefix('#') {
                all.push(remark_of(remark.trim()));
                break;
            }
            rest = next(rest, &mut all).trim_start();
        }
        all.push(Token::End);
    }
    all
}

fn remark_of(remark: &str) -> Token<'_> {
    let handle = remark.strip_prefix("handle ").and_then(|number| number.parse().ok());
    handle.map_or(Token::Remark(remark), Token::Handle)
}

/// Takes the first word off a line, with the marks that stand close behind it.
fn next<'a>(rest: &'a str, all: &mut Vec<Token<'a>>) -> &'a str {
    if let Some(inside) = rest.strip_prefix('"') {
        let end = inside.find('"').unwrap_or(inside.len());
        let (text, after) = inside.split_at(end);
        all.push(Token::Quoted(text));
        let after = after.strip_prefix('"').unwrap_or(after);
        // A range of them.
        return match after.strip_prefix('-') {
            Some(last) if last.starts_with('"') => {
                all.push(Token::Word("-"));
                last
            }
            _ => after,
        };
    }
    if let Some(mark) = mark(rest) {
        all.push(mark);
        return rest.get(1..).unwrap_or_default();
    }
    let end = rest.find(|c: char| c.is_whitespace() || "{},;".contains(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    all.push(if word == ":" { Token::Colon } else { Token::Word(word) });
    // A list without a name: `established,related`.
    match after.strip_prefix(',') {
        Some(more) if !more.starts_with(char::is_whitespace) && !more.is_empty() => {
            let (_, joined) = joined(rest);
            let (list, after) = rest.split_at(joined);
            all.pop();
            all.push(Token::Word(list));
            after
        }
        _ => after,
    }
}

/// How far a word goes whose parts are joined by commas.
fn joined(rest: &str) -> (bool, usize) {
    let mut end = 0;
    let mut is_list = false;
    for (at, c) in rest.char_indices() {
        let follows = rest.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        match c {
            ',' if follows.is_none_or(char::is_whitespace) => break,
            ',' => is_list = true,
            c if c.is_whitespace() || "{};".contains(c) => break,
            _ => {}
        }
        end = at + c.len_utf8();
    }
    (is_list, end)
}

fn mark(rest: &str) -> Option<Token<'static>> {
    Some(match rest.chars().next()? {
        '{' => Token::Open,
        '}' => Token::Close,
        ',' => Token::Comma,
        ';' => Token::Semicolon,
        _ => return None,
    })
}

/// Reads tokens one after another.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t, 'a> {
    left: &'t [Token<'a>],
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(super) fn new(tokens: &'t [Token<'a>]) -> Self {
        Self { left: tokens }
    }

    pub(super) fn peek(&self) -> Option<&'t Token<'a>> {
        self.left.first()
    }

    pub(super) fn take(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.left.split_first()?;
        self.left = rest;
        Some(first)
    }

    pub(super) fn peek_word(&self) -> Option<&'a str> {
        match self.peek()? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The next word; `None`, and nothing is taken, when it is none.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let word = self.peek_word()?;
        self.take();
        Some(word)
    }

    /// A word, or what stands between marks of quotation.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        match self.take()? {
            Token::Word(name) | Token::Quoted(name) => Some(name),
            _ => None,
        }
    }

    /// Takes the next word if it is this one.
    pub(super) fn has(&mut self, word: &str) -> bool {
        let is_it = self.peek_word() == Some(word);
        if is_it {
            self.take();
        }
        is_it
    }

    /// Takes the next token if it is this one.
    pub(super) fn mark(&mut self, mark: &Token<'_>) -> bool {
        let is_it = self.peek() == Some(mark);
        if is_it {
            self.take();
        }
        is_it
    }

    /// What stands until the end of the line, braces and what is in them included.
    pub(super) fn line(&mut self) -> &'t [Token<'a>] {
        let (mut depth, mut count) = (0_usize, 0);
        for token in self.left {
            match token {
                Token::Open => depth += 1,
                // The end of the block that the line stands in.
                Token::Close if depth == 0 => break,
                Token::Close => depth -= 1,
                Token::End if depth == 0 => break,
                _ => {}
            }
            count += 1;
        }
        let (line, rest) = self.left.split_at(count);
        self.left = rest;
        line
    }

    /// What stands in the braces that begin here; `None` when they do not end.
    pub(super) fn block(&mut self) -> Option<&'t [Token<'a>]> {
        if !self.mark(&Token::Open) {
            return None;
        }
        let mut depth = 1_usize;
        for (at, token) in self.left.iter().enumerate() {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let (inside, rest) = self.left.split_at(at);
                self.left = rest.get(1..).unwrap_or_default();
                return Some(inside);
            }
        }
        None
    }

    /// Without the ends of lines that come first.
    pub(super) fn skip_ends(&mut self) {
        while self.mark(&Token::End) {}
    }

    pub(super) fn is_over(&self) -> bool {
        self.left.is_empty()
    }
}
