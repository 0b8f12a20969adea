using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>
/// Identity providers and directories. They come before the accounts, so that people who sign in there are not sent links for choosing a password.
/// The server compares them itself, the secret too, which it never gives out.
/// </summary>
internal sealed class SourcesPart(IReadOnlyList<EstateSource> sources, EstateProblems problems, TextWriter output) : IEstatePart
{
    public const string Address = "/api/v1/operator/sign-in-sources";

    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        if (sources.Count == 0)
        {
            return [];
        }

        foreach (var twice in sources.GroupBy(source => source.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            problems.Add(twice.Last().Line, $"the sign-in source \"{twice.Key}\" stands here twice");
        }

        var known = await clients.Operator.ListAsync(Address, cancel);
        var changes = new List<Change>();
        foreach (var source in sources)
        {
            try
            {
                changes.AddRange(await CompareAsync(source, Find(known, source.Name), clients.Operator, cancel));
            }
            catch (RestException refused)
            {
                problems.Add(source.Line, refused.Message);
            }
        }

        return changes;
    }

    internal static JsonNode? Find(IReadOnlyList<JsonNode> known, string name) =>
        known.FirstOrDefault(row => string.Equals(row["name"]!.GetValue<string>(), name, StringComparison.OrdinalIgnoreCase));

    private async Task<IReadOnlyList<Change>> CompareAsync(EstateSource source, JsonNode? row, RestClient api, CancellationToken cancel)
    {
        var body = new JsonObject { ["source"] = Over(row, source.Settings), ["secret"] = source.Secret };
        if (row is null)
        {
            await api.PostAsync($"{Address}?dryRun=true", body, cancel);
            var kind = source.IsDirectory ? "directory" : "identity provider";
            var domains = string.Join(", ", source.Settings["mailDomains"]?.AsArray().Select(domain => $"{domain}") ?? []);
            return [new Change('+', $"{kind} \"{source.Name}\" for {domains}", source.Line, inner => CreateAsync(source, body, api, inner))];
        }

        var address = $"{Address}/{row["id"]}";
        var differences = (await api.PutAsync($"{address}?dryRun=true", body, cancel))["changes"]!.AsArray();
        return differences.Count == 0
            ? []
            : [new Change('~', $"sign-in source \"{source.Name}\": {string.Join(", ", differences)}", source.Line, inner => api.PutAsync(address, body, inner))];
    }

    private async Task CreateAsync(EstateSource source, JsonObject body, RestClient api, CancellationToken cancel)
    {
        var made = await api.PostAsync(Address, body, cancel);
        if (!source.IsDirectory)
        {
            await output.WriteLineAsync($"    the provider has to know the address to come back to: {new Uri(api.BaseAddress, $"/sign-in/with/{made["id"]}/callback")}");
        }
    }

    /// <summary>What the file names, laid over what is there: what it leaves out stays.</summary>
    private static JsonObject Over(JsonNode? present, JsonObject wanted)
    {
        var settings = new JsonObject();
        foreach (var name in EstateSource.Names)
        {
            var (old, now) = (present?[name], wanted[name]);
            if (old is JsonObject && now is JsonObject inner)
            {
                var merged = old.DeepClone().AsObject();
                foreach (var (key, value) in inner)
                {
                    merged[key] = value?.DeepClone();
                }

                settings[name] = merged;
            }
            else if ((now ?? old) is { } value)
            {
                settings[name] = value.DeepClone();
            }
        }

        return settings;
    }
}
