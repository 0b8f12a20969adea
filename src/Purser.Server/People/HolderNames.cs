using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Exactly one of them holds a role.</summary>
internal readonly record struct Holder(long? PersonId, long? GroupId, long? ClientId)
{
    public static Holder Of(RoleGrant grant) => new(grant.PersonId, grant.GroupId, grant.ClientId);
}

/// <summary>How those who hold roles are called, loaded at once for many.</summary>
internal sealed class HolderNames
{
    private readonly Dictionary<long, string> people = [];
    private readonly Dictionary<long, string> groups = [];
    private readonly Dictionary<long, string> clients = [];

    public static async Task<HolderNames> OfAsync(PurserContext db, IReadOnlyCollection<RoleGrant> grants, IEnumerable<long> others, CancellationToken cancellation)
    {
        var names = new HolderNames();
        var personIds = grants.Select(row => row.PersonId).OfType<long>().Concat(others).ToHashSet();
        var groupIds = grants.Select(row => row.GroupId).OfType<long>().ToHashSet();
        var clientIds = grants.Select(row => row.ClientId).OfType<long>().ToHashSet();
        foreach (var person in await db.Users.Where(row => personIds.Contains(row.Id)).Select(row => new { row.Id, row.DisplayName, row.Email }).ToListAsync(cancellation))
        {
            names.people[person.Id] = PersonText.Of(person.DisplayName, person.Email!);
        }

        foreach (var group in await db.UserGroups.IgnoreQueryFilters().Where(row => groupIds.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToListAsync(cancellation))
        {
            names.groups[group.Id] = group.Name;
        }

        foreach (var client in await db.ApiClients.IgnoreQueryFilters().Where(row => clientIds.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToListAsync(cancellation))
        {
            names.clients[client.Id] = client.Name;
        }

        return names;
    }

    public string OfGroup(long group) => groups.GetValueOrDefault(group, $"{group}");

    public string Of(Holder holder) => holder switch
    {
        { PersonId: { } person } => people.GetValueOrDefault(person, $"{person}"),
        { GroupId: { } group } => $"User group {OfGroup(group)}",
        _ => $"API client {clients.GetValueOrDefault(holder.ClientId ?? 0, $"{holder.ClientId}")}",
    };
}
