// Renders Markdown with the engines of forges that are written in Go. Reads JSON lines, each a pair of an engine's name
// and a document; writes one JSON string of HTML for each. One process serves a whole test session.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log"
	"os"

	"github.com/russross/blackfriday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
)

// gogs has the flags and extensions of Gogs (internal/markup/markdown.go), without its sanitizer.
func gogs(more int) func([]byte) []byte {
	flags := blackfriday.HTML_SKIP_STYLE | blackfriday.HTML_OMIT_CONTENTS
	extensions := more |
		blackfriday.EXTENSION_NO_INTRA_EMPHASIS |
		blackfriday.EXTENSION_TABLES |
		blackfriday.EXTENSION_FENCED_CODE |
		blackfriday.EXTENSION_AUTOLINK |
		blackfriday.EXTENSION_STRIKETHROUGH |
		blackfriday.EXTENSION_SPACE_HEADERS |
		blackfriday.EXTENSION_NO_EMPTY_LINE_BEFORE_BLOCK
	return func(document []byte) []byte {
		return blackfriday.Markdown(document, blackfriday.HtmlRenderer(flags, "", ""), extensions)
	}
}

// gitea has the extensions of Gitea and Forgejo (modules/markup/markdown/markdown.go), links out of plain text, and
// line breaks as in their comments, without their sanitizer.
func gitea() func([]byte) []byte {
	engine := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.DefinitionList, extension.Footnote),
		goldmark.WithParserOptions(parser.WithAttribute()),
		goldmark.WithRendererOptions(html.WithUnsafe(), html.WithHardWraps()),
	)
	return func(document []byte) []byte {
		var out bytes.Buffer
		if err := engine.Convert(document, &out); err != nil {
			log.Fatal(err)
		}
		return out.Bytes()
	}
}

func main() {
	engines := map[string]func([]byte) []byte{
		"blackfriday":             gogs(0),
		"blackfriday with breaks": gogs(blackfriday.EXTENSION_HARD_LINE_BREAK),
		"goldmark":                gitea(),
	}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.More() {
		var asked [2]string
		if err := in.Decode(&asked); err != nil {
			log.Fatal(err)
		}
		render, known := engines[asked[0]]
		if !known {
			log.Fatalf("no engine %q", asked[0])
		}
		if err := encoder.Encode(string(render([]byte(asked[1])))); err != nil {
			log.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			log.Fatal(err)
		}
	}
}
