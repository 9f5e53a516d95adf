module engines

go 1.22

require (
	github.com/russross/blackfriday v1.6.0
	github.com/yuin/goldmark v1.8.7
)
