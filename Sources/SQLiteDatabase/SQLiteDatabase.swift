import CSQLite
import Database
