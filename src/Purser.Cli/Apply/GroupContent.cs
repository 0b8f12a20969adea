using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>User groups of one Smart Account: made, described, given members and roles; nobody and no role is taken.</summary>
internal sealed class GroupContent(EstateAccount account, RestClient api, Func<string, long> placeOf, TextWriter output)
{
    private string Address => $"/api/v1/accounts/{account.Domain}/groups";

    public async Task<IReadOnlyList<Change>> CompareAsync(CancellationToken cancel)
    {
        var known = account.Groups.Count > 0 ? await api.ListAsync(Address, cancel) : [];
        var changes = new List<Change>();
        foreach (var group in account.Groups)
        {
            var row = known.FirstOrDefault(one => string.Equals(one["name"]!.GetValue<string>(), group.Name, StringComparison.OrdinalIgnoreCase));
            if (row is null)
            {
                changes.Add(new Change('+', $"user group \"{group.Name}\" in {account.Domain}: {group.Members.Count} members", group.Line, inner => AddAsync(group, inner)));
            }
            else
            {
                changes.AddRange(await CompareAsync(group, row, cancel));
            }
        }

        return changes;
    }

    private async Task<IReadOnlyList<Change>> CompareAsync(EstateAccount.Group group, JsonNode row, CancellationToken cancel)
    {
        var (address, name) = ($"{Address}/{row["id"]}", $"user group \"{group.Name}\" in {account.Domain}");
        var changes = new List<Change>();
        if (group.Description is { } text && text != row["description"]!.GetValue<string>())
        {
            changes.Add(new Change('~', $"{name}: description", group.Line, inner => api.PutAsync(address, new { group.Name, Description = text }, inner)));
        }

        var members = (await api.ListAsync($"{address}/members", cancel)).Select(member => member["email"]!.GetValue<string>()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (group.Members.Where(email => !members.Contains(email)).ToList() is { Count: > 0 } missing)
        {
            changes.Add(new Change('~', $"{name}: adds {string.Join(", ", missing)}", group.Line, inner => AddMembersAsync(address, missing, inner)));
        }

        changes.AddRange(group.Roles.Select(role => Compare(role, row, name, address, group.Line)).OfType<Change>());
        return changes;
    }

    private Change? Compare(EstateAccount.HeldRole role, JsonNode row, string name, string address, long line)
    {
        var what = $"{name}: {role.Role}{(role.VirtualAccount is null ? "" : $" in \"{role.VirtualAccount}\"")}";
        return Find(row, role) is not { } held ? new Change('~', what, line, inner => GiveAsync(address, role, inner))
            : !HeldRoles.Differ(held, role.VirtualAccount, role.IncludesChildren) ? null
            : new Change('~', $"{what}, {HeldRoles.Words(role.IncludesChildren)}", line, async inner =>
            {
                await api.DeleteAsync($"{address}/roles/{held["grantId"]}", inner);
                await GiveAsync(address, role, inner);
            });
    }

    private async Task AddAsync(EstateAccount.Group group, CancellationToken cancel)
    {
        var made = await api.PostAsync(Address, new { group.Name, group.Description, Emails = group.Members }, cancel);
        await TellAsync(made);
        foreach (var role in group.Roles)
        {
            await GiveAsync($"{Address}/{made["id"]}", role, cancel);
        }
    }

    private async Task AddMembersAsync(string address, List<string> emails, CancellationToken cancel) =>
        await TellAsync(await api.PostAsync($"{address}/members", new { Emails = emails }, cancel));

    private async Task GiveAsync(string address, EstateAccount.HeldRole role, CancellationToken cancel) => await api.PostAsync(
        $"{address}/roles",
        new { role.Role, VirtualAccountIds = role.VirtualAccount is { } place ? new[] { placeOf(place) } : [], IncludesChildren = role.IncludesChildren ?? true }, cancel);

    private async Task TellAsync(JsonNode made)
    {
        foreach (var person in made["newSignIns"]?.AsArray() ?? [])
        {
            await output.WriteLineAsync($"    {person!["email"]} chooses a password at {new Uri(api.BaseAddress, person["setPasswordPath"]!.GetValue<string>())} (once)");
        }
    }

    private static JsonNode? Find(JsonNode row, EstateAccount.HeldRole wanted) => row["roles"]!.AsArray().FirstOrDefault(role =>
        role!["role"]!.GetValue<string>() == wanted.Role
        && string.Equals(role["virtualAccount"]?.GetValue<string>(), wanted.VirtualAccount, StringComparison.OrdinalIgnoreCase));
}
