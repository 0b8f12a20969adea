using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>
/// An edit of the model's configuration (RFC 8040, 4.5 and 4.6): the leaves that this device can set, all of them or none. Collectors set the address at which
/// they are found by it (device reference 6.1). Pure.
/// </summary>
/// <param name="Transport">As it is afterwards.</param>
/// <param name="IntervalDays">Null: as before.</param>
public sealed record ConfigEdit(TransportSettings Transport, int? IntervalDays)
{
    private const string Root = LicensingTree.Module + ":licensing";
    private const string Unsupported = "operation-not-supported";
    private const string Invalid = "invalid-value";

    /// <param name="Tag">That RFC 8040 has for it.</param>
    public sealed record Problem(string Tag, string Text);

    /// <param name="path">Below <c>/restconf/data</c>, still encoded.</param>
    /// <param name="body">One member, named as the last of the path.</param>
    /// <param name="replaces">What is there; only a single leaf may be.</param>
    public static (ConfigEdit? Edit, Problem? Problem) Read(DeviceState state, string path, JsonObject body, bool replaces)
    {
        string[] segments = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        if (segments is not [Root, ..])
        {
            return (null, new Problem(Invalid, $"Only '{Root}' is edited"));
        }

        if (body.Count != 1 || body.First() is not { Value: { } value, Key: var frame } || Plain(frame) != Plain(segments[^1]))
        {
            return (null, new Problem("malformed-message", $"The body is an object with the one member '{LicensingTree.Module}:{Plain(segments[^1])}'"));
        }

        if (replaces && value is JsonObject)
        {
            return (null, new Problem(Unsupported, "Only a single leaf is replaced; PATCH changes several"));
        }

        var edit = new ConfigEdit(state.Transport, null);
        foreach (var (leaf, text) in Leaves(string.Join('/', segments.Skip(1).Select(Plain)), value))
        {
            var next = edit.With(state, leaf, text);
            if (next.Edit is null)
            {
                return next;
            }

            edit = next.Edit;
        }

        return (edit, null);
    }

    private static string Plain(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static IEnumerable<(string Leaf, string Text)> Leaves(string path, JsonNode? value) => value is JsonObject container
        ? container.SelectMany(member => Leaves(path.Length == 0 ? Plain(member.Key) : $"{path}/{Plain(member.Key)}", member.Value))
        : [(path, value is JsonValue plain && plain.GetValueKind() == JsonValueKind.String ? plain.GetValue<string>() : value?.ToJsonString() ?? "null")];

    private (ConfigEdit? Edit, Problem? Problem) With(DeviceState state, string leaf, string text)
    {
        var before = state with { Transport = Transport };
        return leaf switch
        {
            "config/transport/transport-type" => KindOf(text) is { } kind ? Chosen(TransportChoice.Kind(before, kind)) : (null, new Problem(Invalid, $"'{text}' is no transport of this device")),
            "config/transport/transport-cslu/url-cslu" => Chosen(TransportChoice.Address(before, TransportKind.Cslu, text)),
            "config/transport/transport-smart/urls/url-registration" => Chosen(TransportChoice.Address(before, TransportKind.Smart, text)),
            "config/usage/interval" when state.Policy is not null => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= DevicePolicy.LongestIntervalDays
                ? (this with { IntervalDays = days }, null)
                : (null, new Problem(Invalid, $"The interval is 1 to {DevicePolicy.LongestIntervalDays} days")),
            "config/enable" when text == "true" => (this, null),
            _ => (null, new Problem(Unsupported, $"This device does not set '{leaf}'")),
        };
    }

    private (ConfigEdit? Edit, Problem? Problem) Chosen(WireResult<TransportSettings> chosen) =>
        chosen.IsOk ? (this with { Transport = chosen.Value }, null) : (null, new Problem(Invalid, chosen.Detail!));

    private static TransportKind? KindOf(string text) => text switch
    {
        "transport-type-smart" => TransportKind.Smart,
        "transport-type-callhome" => TransportKind.CallHome,
        "transport-type-cslu" => TransportKind.Cslu,
        "transport-type-off" => TransportKind.Off,
        _ => null,
    };
}
