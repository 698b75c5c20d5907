module slugbase.example/clients/story

go 1.19

require slugbase.example/clients/slugbase v0.0.0

replace slugbase.example/clients/slugbase => ../generated/go
