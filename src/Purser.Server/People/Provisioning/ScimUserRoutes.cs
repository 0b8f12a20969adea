using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>/Users (RFC 7644 3).</summary>
internal static class ScimUserRoutes
{
    public static void Map(IEndpointRouteBuilder scim)
    {
        scim.MapGet("/Users", ListAsync).Requires(Permission.ProvisioningDoor);
        scim.MapPost("/Users", CreateAsync).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/Users/{id:long}", (long id, HttpContext context) => ShowAsync(context, id)).Requires(Permission.ProvisioningDoor);
        scim.MapPut("/Users/{id:long}", ReplaceAsync).Requires(Permission.ProvisioningDoor);
        scim.MapPatch("/Users/{id:long}", PatchAsync).Requires(Permission.ProvisioningDoor);
        scim.MapDelete("/Users/{id:long}", RemoveAsync).Requires(Permission.ProvisioningDoor);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Database database)
    {
        var filter = ScimFilter.Read(context.Request.Query["filter"], "userName", "externalId", "id", "emails.value", "emails");
        if (!filter.IsOk)
        {
            return await ScimAnswer.RefusedAsync(context, filter.Refusal!);
        }

        var sourceId = ScimDoor.SourceOf(context).Id;
        await using var db = database.Read();
        var users = from row in db.ProvisionedPeople
                    where row.SourceId == sourceId
                    join person in db.Users on row.PersonId equals person.Id
                    select new { row, person };
        if (filter.Value is { } wanted)
        {
            var key = PersonBook.KeyOf(wanted.Value);
            var id = long.TryParse(wanted.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
            users = wanted.Attribute switch
            {
                "userName" => users.Where(user => user.row.UserNameKey == key),
                "externalId" => users.Where(user => user.row.ExternalId == wanted.Value),
                "id" => users.Where(user => user.row.PersonId == id),
                _ => users.Where(user => user.person.NormalizedEmail == key),
            };
        }

        var slice = ScimSlice.Of(context);
        var total = await users.CountAsync(context.RequestAborted);
        var found = await users.OrderBy(user => user.row.PersonId).Skip(slice.StartIndex - 1).Take(slice.Count).ToListAsync(context.RequestAborted);
        var groups = await GroupsAsync(db, found.ConvertAll(user => user.row.PersonId), context.RequestAborted);
        return Scim.List(
            found.Select(user => Resource(context, new ProvisionPeople.Known(user.person, user.row), groups[user.row.PersonId])), total, slice.StartIndex);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ProvisionPeople people)
    {
        var body = await Scim.BodyAsync(context);
        var fields = body.IsOk ? ScimUserFields.From(body.Value) : body.Refusal!;
        var made = fields.IsOk ? await people.CreateAsync(ScimDoor.SourceOf(context), fields.Value, context.RequestAborted) : fields.Refusal!;
        if (!made.IsOk)
        {
            return await ScimAnswer.RefusedAsync(context, made.Refusal!);
        }

        context.Response.Headers.Location = $"{Scim.BaseUrl(context)}/Users/{made.Value}";
        return await ShowAsync(context, made.Value, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReplaceAsync(long id, HttpContext context, ProvisionPeople people)
    {
        var body = await Scim.BodyAsync(context);
        var fields = body.IsOk ? ScimUserFields.From(body.Value) : body.Refusal!;
        return fields.IsOk ? await ChangeAsync(context, people, id, _ => fields) : await ScimAnswer.RefusedAsync(context, fields.Refusal!);
    }

    private static async Task<IResult> PatchAsync(long id, HttpContext context, ProvisionPeople people)
    {
        var body = await Scim.BodyAsync(context);
        var operations = body.IsOk ? ScimPatch.Read(body.Value) : body.Refusal!;
        return operations.IsOk
            ? await ChangeAsync(context, people, id, present => operations.Value.Aggregate((Verdict<ScimUserFields>)present, (fields, operation) => fields.IsOk ? fields.Value.Apply(operation) : fields))
            : await ScimAnswer.RefusedAsync(context, operations.Refusal!);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, ProvisionPeople people, long id, Func<ScimUserFields, Verdict<ScimUserFields>> change)
    {
        var changed = await people.ChangeAsync(ScimDoor.SourceOf(context), id, change, context.RequestAborted);
        return changed.IsOk ? await ShowAsync(context, id) : await ScimAnswer.RefusedAsync(context, changed.Refusal!);
    }

    private static async Task<IResult> RemoveAsync(long id, HttpContext context, ProvisionPeople people)
    {
        var removed = await people.RemoveAsync(ScimDoor.SourceOf(context), id, context.RequestAborted);
        return removed.IsOk ? Results.NoContent() : await ScimAnswer.RefusedAsync(context, removed.Refusal!);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, long id, int status = StatusCodes.Status200OK)
    {
        await using var db = context.RequestServices.GetRequiredService<Database>().Read();
        return await ProvisionPeople.FindAsync(db, ScimDoor.SourceOf(context).Id, id, context.RequestAborted) is { } known
            ? Scim.Ok(Resource(context, known, (await GroupsAsync(db, [id], context.RequestAborted))[id]), status)
            : await ScimAnswer.RefusedAsync(context, Scim.NotThere("user"));
    }

    private static async Task<ILookup<long, ProvisionedGroup>> GroupsAsync(PurserContext db, List<long> people, CancellationToken cancellation) =>
        (await db.ProvisionedMembers.Where(member => people.Contains(member.PersonId))
            .Join(db.ProvisionedGroups, member => member.GroupId, group => group.Id, (member, group) => new { member.PersonId, group }).ToListAsync(cancellation))
        .ToLookup(pair => pair.PersonId, pair => pair.group);

    private static JsonObject Resource(HttpContext context, ProvisionPeople.Known known, IEnumerable<ProvisionedGroup> groups)
    {
        var (person, row) = known;
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(Scim.UserSchema),
            ["id"] = person.Id.ToString(CultureInfo.InvariantCulture),
            ["userName"] = row.UserName,
            ["displayName"] = person.DisplayName,
            ["name"] = new JsonObject { ["formatted"] = person.DisplayName, ["givenName"] = row.GivenName, ["familyName"] = row.FamilyName },
            ["emails"] = new JsonArray(new JsonObject { ["value"] = person.Email, ["type"] = "work", ["primary"] = true }),
            ["active"] = !person.IsDisabled,
            ["groups"] = new JsonArray([.. groups.Select(group => new JsonObject
            {
                ["value"] = group.Id.ToString(CultureInfo.InvariantCulture), ["display"] = group.DisplayName, ["$ref"] = $"{Scim.BaseUrl(context)}/Groups/{group.Id}",
            })]),
            ["meta"] = Scim.Meta(context, "User", person.Id, row.CreatedAt, row.ChangedAt),
        };
        if (row.ExternalId.Length > 0)
        {
            resource["externalId"] = row.ExternalId;
        }

        return resource;
    }
}

internal static class ScimAnswer
{
    public static async Task<IResult> RefusedAsync(HttpContext context, Refusal refusal)
    {
        await Scim.WriteRefusalAsync(context, refusal);
        return Results.Empty;
    }
}

/// <summary>Which part of a list is wanted (RFC 7644 3.4.2.4): counted from one, here at most 200.</summary>
internal sealed record ScimSlice(int StartIndex, int Count)
{
    private const int Largest = 200;
    private const int Usual = 100;

    public static ScimSlice Of(HttpContext context) =>
        new(Math.Max(1, Number(context, "startIndex") ?? 1), Math.Clamp(Number(context, "count") ?? Usual, 0, Largest));

    private static int? Number(HttpContext context, string name) =>
        int.TryParse(context.Request.Query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
