using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Virtual accounts, users and API clients of one Smart Account.</summary>
internal sealed class AccountContent(EstateAccount account, RestClient api, EstateProblems problems, TextWriter output)
{
    private readonly Dictionary<string, long> places = new(StringComparer.OrdinalIgnoreCase);

    private string Address => $"/api/v1/accounts/{account.Domain}";

    public async Task<IReadOnlyList<Change>> CompareAsync(CancellationToken cancel)
    {
        var known = await api.ListAsync($"{Address}/virtual-accounts", cancel);
        foreach (var row in known)
        {
            places[row["name"]!.GetValue<string>()] = row["id"]!.GetValue<long>();
        }

        var changes = await new AccountTags(account, api).CompareAsync(cancel);
        changes.AddRange(account.Places.SelectMany(place => Place(place, known)));
        if (account.Users.Count > 0)
        {
            var people = await api.ListAsync($"{Address}/people", cancel);
            changes.AddRange(account.Users.Select(user => Compare(user, people)).OfType<Change>());
        }

        if (account.Clients.Count > 0)
        {
            var programs = (await api.ListAsync($"{Address}/clients", cancel)).Where(row => row["revokedAt"] is null).ToList();
            changes.AddRange(account.Clients.Where(program => !Has(programs, program)).Select(program =>
                new Change('+', $"client \"{program.Name}\" in {account.Domain}: {string.Join(", ", program.Scopes)} as {string.Join(", ", program.Roles.Select(role => role.Role + In(role.VirtualAccount)))}", program.Line, inner => AddAsync(program, inner))));
        }

        changes.AddRange(await new GroupContent(account, api, place => places[place], output).CompareAsync(cancel));
        changes.AddRange(await new RuleContent(account, api, places).CompareAsync(cancel));
        changes.AddRange(await new AccountSettings(account, api, places, problems, output).CompareAsync(cancel));
        CheckPlaces();
        return changes;
    }

    private IEnumerable<Change> Place(EstateAccount.Place place, IReadOnlyList<JsonNode> known)
    {
        if (known.FirstOrDefault(row => string.Equals(row["name"]!.GetValue<string>(), place.Name, StringComparison.OrdinalIgnoreCase)) is not { } row)
        {
            yield return new Change('+', $"virtual account \"{place.Name}\" in {account.Domain}{(place.Parent is null ? "" : $" below \"{place.Parent}\"")}", place.Line, inner => AddAsync(place, inner));
            yield break;
        }

        var address = $"{Address}/virtual-accounts/{row["id"]}";
        var description = place.Description is { } text && text != row["description"]!.GetValue<string>();
        var access = place.AccessLevel is { } level && !string.Equals(level, row["accessLevel"]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
        var tags = place.Tags is { } wantedTags && !AccountTags.AreSame(wantedTags, row["tags"]!.AsObject());
        if (description || access || tags)
        {
            var what = string.Join(", ", new[] { description ? "description" : null, access ? $"access level to {place.AccessLevel}" : null, tags ? "custom tags" : null }.OfType<string>());
            yield return new Change('~', $"virtual account \"{place.Name}\" in {account.Domain}: {what}", place.Line, inner =>
                api.PatchAsync(address, new { place.Description, place.AccessLevel, place.Tags }, inner));
        }

        var parent = row["parentId"]?.GetValue<long>();
        if (place.Parent is null ? parent is not null : !places.TryGetValue(place.Parent, out var wanted) || wanted != parent)
        {
            yield return new Change('~', $"virtual account \"{place.Name}\" in {account.Domain}: moves {(place.Parent is null ? "to the top" : $"below \"{place.Parent}\"")}", place.Line, inner =>
                api.PutAsync($"{address}/parent", new Dictionary<string, long?> { ["parentId"] = place.Parent is null ? null : places[place.Parent] }, inner));
        }
    }

    private async Task AddAsync(EstateAccount.Place place, CancellationToken cancel)
    {
        var made = await api.PostAsync(
            $"{Address}/virtual-accounts",
            new { place.Name, place.Description, place.AccessLevel, place.Tags, ParentId = place.Parent is null ? (long?)null : places[place.Parent] }, cancel);
        places[place.Name] = made["id"]!.GetValue<long>();
    }

    private async Task AddAsync(EstateAccount.Person user, CancellationToken cancel)
    {
        var made = await api.PostAsync(
            $"{Address}/people", new { user.Email, user.Role, DisplayName = user.Name, VirtualAccountId = IdOf(user.VirtualAccount), IncludesChildren = user.IncludesChildren ?? true }, cancel);
        if (made["setPasswordPath"]?.GetValue<string>() is { } path)
        {
            await output.WriteLineAsync($"    {user.Email} chooses a password at {new Uri(api.BaseAddress, path)} (once)");
        }
        else
        {
            // The link for choosing a password goes to the address alone (decision 0014).
            await output.WriteLineAsync($"    {user.Email} is told by mail; without a mail server the operator finds the mail and hands it on");
        }
    }

    private async Task AddAsync(EstateAccount.Program program, CancellationToken cancel)
    {
        var made = await api.PostAsync(
            $"{Address}/clients",
            new
            {
                program.Name, program.Scopes, program.ExpiresInDays, program.RedirectUris,
                Grants = program.Roles.Select(role => new { role.Role, VirtualAccountId = IdOf(role.VirtualAccount), IncludesChildren = role.IncludesChildren ?? true }),
            },
            cancel);
        await output.WriteLineAsync($"    id {made["clientId"]}, secret {made["clientSecret"]} (shown once)");
    }

    private Change? Compare(EstateAccount.Person user, IReadOnlyList<JsonNode> people)
    {
        var what = $"user {user.Email} in {account.Domain}: {user.Role}{In(user.VirtualAccount)}";
        var held = people
            .Where(person => string.Equals(person["email"]!.GetValue<string>(), user.Email, StringComparison.OrdinalIgnoreCase))
            .SelectMany(person => person["roles"]!.AsArray())
            .FirstOrDefault(role => role!["role"]!.GetValue<string>() == user.Role
                && role["group"] is null
                && string.Equals(role["virtualAccount"]?.GetValue<string>(), user.VirtualAccount, StringComparison.OrdinalIgnoreCase));
        return held is null ? new Change('+', what, user.Line, inner => AddAsync(user, inner))
            : !HeldRoles.Differ(held, user.VirtualAccount, user.IncludesChildren) ? null
            : new Change('~', $"{what}, {HeldRoles.Words(user.IncludesChildren)}", user.Line, inner => api.PutAsync(
                $"{Address}/people/roles/{held["grantId"]}", new { user.Role, VirtualAccountId = IdOf(user.VirtualAccount), user.IncludesChildren }, inner));
    }

    private bool Has(List<JsonNode> programs, EstateAccount.Program program)
    {
        if (programs.Find(row => row["name"]!.GetValue<string>() == program.Name) is not { } row)
        {
            return false;
        }

        var scopes = row["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>()).Order(StringComparer.Ordinal);
        if (!scopes.SequenceEqual(program.Scopes.Order(StringComparer.Ordinal)))
        {
            problems.Add(program.Line, $"the client \"{program.Name}\" has the scopes {string.Join(", ", scopes)}; a client's scopes do not change. Revoke it, and apply makes a new one");
        }

        foreach (var role in program.Roles.Where(role => !row["grants"]!.AsArray().Any(held => IsSame(held!, role))))
        {
            var below = role.VirtualAccount is null || role.IncludesChildren is null ? "" : $" {HeldRoles.Words(role.IncludesChildren)}";
            problems.Add(program.Line, $"the client \"{program.Name}\" is not {role.Role}{In(role.VirtualAccount)}{below}; a client's roles do not change. Revoke it, and apply makes a new one");
        }

        return true;
    }

    private bool IsSame(JsonNode held, EstateAccount.HeldRole wanted) =>
        held["role"]!.GetValue<string>() == wanted.Role
        && held["virtualAccountId"]?.GetValue<long>() == (wanted.VirtualAccount is { } place && places.TryGetValue(place, out var id) ? id : null)
        && !HeldRoles.Differ(held, wanted.VirtualAccount, wanted.IncludesChildren);

    /// <summary>A virtual account that is named must be there, or be made by this file.</summary>
    private void CheckPlaces()
    {
        var made = account.Places.Select(place => place.Name).Concat(places.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, name) in account.NamedPlaces)
        {
            if (!made.Contains(name))
            {
                problems.Add(line, $"there is no virtual account \"{name}\" in {account.Domain}");
            }
        }
    }

    private long? IdOf(string? place) => place is null ? null : places[place];

    private static string In(string? place) => place is null ? "" : $" in \"{place}\"";
}
