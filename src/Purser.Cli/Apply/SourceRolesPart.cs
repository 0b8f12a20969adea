using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Which groups of a sign-in source give which roles. They come after the accounts and virtual accounts that they name.</summary>
internal sealed class SourceRolesPart(IReadOnlyList<EstateSource> sources) : IEstatePart
{
    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        if (!sources.Any(source => source.Roles.Count > 0))
        {
            return [];
        }

        var known = await clients.Operator.ListAsync(SourcesPart.Address, cancel);
        return [.. sources.SelectMany(source => source.Roles.Select(role => Compare(source, role, SourcesPart.Find(known, source.Name), clients.Operator))).OfType<Change>()];
    }

    private static Change? Compare(EstateSource source, EstateSource.Role role, JsonNode? row, RestClient api)
    {
        var what = $"group \"{role.Group}\" of \"{source.Name}\": {role.Name} in {role.Account}{(role.VirtualAccount is null ? "" : $" / \"{role.VirtualAccount}\"")}";
        if (row?["roles"]!.AsArray().FirstOrDefault(present => IsSame(present!, role)) is not { } held)
        {
            return new Change('+', what, role.Line, async cancel => await AddAsync(await AddressAsync(source, api, cancel), role, api, cancel));
        }

        return !HeldRoles.Differ(held, role.VirtualAccount, role.IncludesChildren) ? null : new Change('~', $"{what}, {HeldRoles.Words(role.IncludesChildren)}", role.Line, async cancel =>
        {
            var address = await AddressAsync(source, api, cancel);
            await api.DeleteAsync($"{address}/{held["id"]}", cancel);
            await AddAsync(address, role, api, cancel);
        });
    }

    private static Task AddAsync(string address, EstateSource.Role role, RestClient api, CancellationToken cancel) => api.PostAsync(
        address,
        new { GroupName = role.Group, role.Account, Role = role.Name, role.VirtualAccount, IncludesChildren = role.IncludesChildren ?? true }, cancel);

    /// <summary>By name: the source may have been made a moment ago.</summary>
    private static async Task<string> AddressAsync(EstateSource source, RestClient api, CancellationToken cancel) =>
        $"{SourcesPart.Address}/{SourcesPart.Find(await api.ListAsync(SourcesPart.Address, cancel), source.Name)!["id"]}/roles";

    private static bool IsSame(JsonNode held, EstateSource.Role role) =>
        IsText(held["groupName"], role.Group) && IsText(held["accountDomain"], role.Account) && held["role"]!.GetValue<string>() == role.Name
        && IsText(held["virtualAccount"], role.VirtualAccount);

    private static bool IsText(JsonNode? held, string? wanted) => string.Equals(held?.GetValue<string>(), wanted, StringComparison.OrdinalIgnoreCase);
}
