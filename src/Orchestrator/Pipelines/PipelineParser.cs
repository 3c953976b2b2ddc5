using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Muk.Orchestrator.Pipelines;

/// <summary>Reads pipelines from a text, one <see cref="Next"/> after another. See <see cref="PipelineText"/> for the grammar.</summary>
internal ref struct PipelineParser
{
    private readonly string _text;
    private int _at;

    public PipelineParser(string text)
    {
        _text = text;
        if (text.Length > PipelineText.LengthMax)
        {
            throw new PipelineSyntaxException(
                $"a pipeline's text has at most {PipelineText.LengthMax} characters, and this has {text.Length}", "", 0);
        }
    }

    private readonly char Here => _at < _text.Length ? _text[_at] : '\n';

    private readonly bool AtEnd => _at >= _text.Length;

    /// <summary>The next pipeline, null at the end of the text.</summary>
    public PipelineText? Next()
    {
        SkipBlankLines();
        if (AtEnd)
        {
            return null;
        }

        var stages = new List<StageText>();
        while (true)
        {
            if (stages.Count == PipelineText.StagesMax)
            {
                Fail($"a pipeline has at most {PipelineText.StagesMax} stages");
            }

            stages.Add(Stage());
            if (!PipeFollows())
            {
                return new PipelineText(stages);
            }

            _at++;
            SkipBlankLines();
            if (AtEnd || Here == '|')
            {
                Fail("a stage is missing here");
            }
        }
    }

    /// <summary>Refuses anything but blanks and comments.</summary>
    public void ExpectEnd()
    {
        SkipBlankLines();
        if (!AtEnd)
        {
            Fail("a second pipeline begins here, and only one is expected");
        }
    }

    private StageText Stage()
    {
        var start = _at;
        var name = Run(PipelineWord.IsNameCharacter);
        if (name.Length == 0)
        {
            Fail(Here == '|' ? "a stage is missing before '|'" : $"a stage's name is expected here, not {Shown()}");
        }

        if (Here == '@')
        {
            Fail("stages on other nodes (name@node) are not supported yet");
        }

        var ports = new List<string>();
        while (Here == ':')
        {
            _at++;
            var port = Run(PipelineWord.IsPortCharacter);
            if (port.Length == 0)
            {
                Fail("a port's name is missing after ':'");
            }

            if (ports.Contains(port))
            {
                _at -= port.Length;
                Fail($"port '{port}' is named twice");
            }

            ports.Add(port);
            if (ports.Count > 2)
            {
                _at -= port.Length;
                Fail("a stage is linked at two ports at most, one to read and one to write");
            }
        }

        if (!PipelineWord.IsBlank(Here) && Here is not ('|' or '\n') && !(Here == '\\' && IsContinuation(_at)))
        {
            Fail(PipelineWord.IsReserved(Here) ? ReservedCharacter() : $"{Shown()} cannot be part of a stage's name");
        }

        var arguments = new List<string>();
        while (SkipBlanks() && Here is not ('|' or '\n' or '#'))
        {
            arguments.Add(Argument());
        }

        return new StageText(name, ports, arguments, start);
    }

    private string Argument()
    {
        var start = _at;
        var value = new StringBuilder();
        while (!AtEnd && !PipelineWord.IsBlank(Here) && Here is not ('\n' or '|'))
        {
            switch (Here)
            {
                case '\'':
                    Literal(value);
                    break;
                case '"':
                    Quoted(value);
                    break;
                case '\\':
                    if (IsContinuation(_at))
                    {
                        return Finished(start, value);
                    }

                    _at++;
                    if (AtEnd)
                    {
                        Fail("'\\' is the last character: there is nothing to escape");
                    }

                    Take(value);
                    break;
                case var c when PipelineWord.IsReserved(c):
                    Fail(ReservedCharacter());
                    break;
                default:
                    Take(value);
                    break;
            }
        }

        return Finished(start, value);
    }

    private string Finished(int start, StringBuilder value)
    {
        if (_text.AsSpan(start, _at - start).SequenceEqual(PipelineWord.Reserved))
        {
            _at = start;
            Fail("'with' will begin a stage's options, which are not supported yet; quote it to pass it as an argument");
        }

        return value.ToString();
    }

    private void Literal(StringBuilder value)
    {
        var start = _at++;
        while (!AtEnd && Here != '\'')
        {
            Take(value);
        }

        Close(start, "'");
    }

    private void Quoted(StringBuilder value)
    {
        var start = _at++;
        while (!AtEnd && Here != '"')
        {
            if (Here != '\\')
            {
                Take(value);
                continue;
            }

            value.Append(_at + 1 >= _text.Length ? '\0' : _text[_at + 1] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '"' => '"',
                '\\' => '\\',
                _ => '\0',
            });
            if (value[^1] == '\0')
            {
                Fail("inside \"…\" a '\\' goes before one of \" \\ n r t");
            }

            _at += 2;
        }

        Close(start, "\"");
    }

    private void Close(int start, string quote)
    {
        if (AtEnd)
        {
            _at = start;
            Fail($"this {quote} is never closed");
        }

        _at++;
    }

    private void Take(StringBuilder value)
    {
        if (Here == '\0')
        {
            Fail("an argument cannot hold the character NUL");
        }

        value.Append(Here);
        _at++;
    }

    // A '|' on this line, or first on the next line that is not blank.
    private bool PipeFollows()
    {
        SkipBlanks();
        if (Here == '|')
        {
            return true;
        }

        var before = _at;
        SkipBlankLines();
        if (Here == '|')
        {
            return true;
        }

        _at = before;
        return false;
    }

    private void SkipBlankLines()
    {
        while (!AtEnd)
        {
            SkipBlanks();
            if (Here == '#')
            {
                SkipComment();
            }
            else if (!AtEnd && Here == '\n')
            {
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    // Blanks of this line and continuations; true, so that it can stand in a loop's condition.
    private bool SkipBlanks()
    {
        while (!AtEnd)
        {
            if (PipelineWord.IsBlank(Here))
            {
                _at++;
            }
            else if (Here == '\\' && IsContinuation(_at))
            {
                _at = _text.IndexOf('\n', _at) + 1;
            }
            else
            {
                break;
            }
        }

        return true;
    }

    private void SkipComment()
    {
        var end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private readonly bool IsContinuation(int at) =>
        _text.AsSpan(at + 1) is ['\n', ..] or ['\r', '\n', ..];

    private string Run(Func<char, bool> belongs)
    {
        var start = _at;
        while (!AtEnd && belongs(Here))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private readonly string Shown() => AtEnd ? "the end" : Here == '\n' ? "the end of the line"
        : char.IsControl(Here) ? $"the character U+{(int)Here:X4}" : $"'{Here}'";

    private readonly string ReservedCharacter() => $"'{Here}' is kept for later use; quote it to pass it as it is";

    [DoesNotReturn]
    private readonly void Fail(string problem) => throw new PipelineSyntaxException(problem, _text, _at);
}
